import { z } from 'zod';
import { startStandIns } from './start';

const port = z.coerce.number().int().min(0).max(65535).default(0);
const environment = z.object({
  RETAIL_PORT: port,
  SKILLS_PORT: port,
  BADGE_LOOKUP_URL: z.url().optional(),
  RATE_LIMITS: z.stringbool().default(true),
  ANSWER_AT_ONCE: z.stringbool().default(false),
});

/** Starts, says `ready` with the ports, and ends when it is told to or its starter is gone. */
async function main(): Promise<void> {
  const env = environment.parse(
    Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== '')),
  );
  const standIns = await startStandIns({
    retailPort: env.RETAIL_PORT,
    skillsPort: env.SKILLS_PORT,
    badgeLookupUrl: env.BADGE_LOOKUP_URL ?? null,
    rateLimits: env.RATE_LIMITS,
    answerAtOnce: env.ANSWER_AT_ONCE,
  });
  const stop = () => void standIns.close().finally(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
  const ports = { retail: standIns.retail.port, skills: standIns.skills.port };
  process.stdout.write(`ready ${JSON.stringify(ports)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'The stand-ins could not start.'}\n`);
  process.exit(1);
});
