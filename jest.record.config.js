// `npm run record-histories`: plays the scenarios anew and writes what they leave into test/histories.
module.exports = { ...require('./jest.config.js'), testMatch: ['<rootDir>/test/**/*.record.ts'] };
