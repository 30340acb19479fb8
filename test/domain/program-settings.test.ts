import { defaultProgramSettings, parseProgramSettings } from '../../domain/program-settings';

const byDefault = { buyability: 'LISTED', autoApprove: false };

test('by default a listing is enough and a person decides', () => {
  expect(defaultProgramSettings).toEqual({ WWA: byDefault });
  expect(parseProgramSettings('{}')).toEqual({ settings: { WWA: byDefault }, problems: [] });
});

test.each([
  ['{"WWA":{}}', byDefault],
  ['{"WWA":{"buyability":"OFFERS"}}', { ...byDefault, buyability: 'OFFERS' }],
  ['{ "WWA": { "autoApprove": true, "buyability": "LISTED" } }', { ...byDefault, autoApprove: true }],
])('%s', (json, expected) => {
  expect(parseProgramSettings(json)).toEqual({ settings: { WWA: expected }, problems: [] });
});

test.each([
  ['on', ['must be a JSON object such as {"WWA":{"autoApprove":true}}']],
  ['["WWA"]', ['must be a JSON object such as {"WWA":{"autoApprove":true}}']],
  ['null', ['must be a JSON object such as {"WWA":{"autoApprove":true}}']],
  ['{"wwa":{}}', ['names the programme "wwa"; there is WWA']],
  ['{"constructor":{}}', ['names the programme "constructor"; there is WWA']],
  ['{"WWA":true}', ['has true for WWA, which must be an object']],
  [
    '{"WWA":{"buyability":"SOLD","autoApprove":"yes","color":1}}',
    [
      'has "SOLD" for WWA.buyability, which must be LISTED or OFFERS',
      'has "yes" for WWA.autoApprove, which must be true or false',
      'has the unknown setting WWA.color; there is buyability, autoApprove',
    ],
  ],
])('%s is refused', (json, problems) => {
  expect(parseProgramSettings(json).problems).toEqual(problems);
});
