/** What the pipeline says of the product of a scene's request. */
import type { SignedEvent } from '../../db/certification-inbox';
import type { CertificationProject } from '../../domain/certification';
import type { SceneRequest } from './transition-scene';

let events = 0;

/** An event with an id of its own; what is left out of the project is as in every other. */
export function eventAbout(
  request: SceneRequest,
  project: Pick<CertificationProject, 'projectId' | 'version' | 'status'> & Partial<CertificationProject>,
): SignedEvent {
  events += 1;
  return {
    webhookId: `event-${events}`,
    type: 'certification_project.updated',
    body: '{}',
    project: {
      organizationId: 'org_one',
      product: {
        id: `prod_${request.id}`,
        name: 'Lamp',
        brand: 'Brand',
        model: 'M-1',
        deviceType: 'LIGHT',
        integration: { kind: 'NONE' },
      },
      marketplaces: ['US', 'JP'],
      result: null,
      reason: null,
      ...project,
    },
  };
}
