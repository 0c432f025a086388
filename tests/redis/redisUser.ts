import { Redis } from 'ioredis';

/** What the server may do in Redis, as `docs/deployment.md` says it; on a cluster `CLUSTER` besides. */
export const RULES = '+@read +@write +@scripting +@pubsub +@connection +time -@dangerous +info';
export const CLUSTER_RULES = '+cluster|slots +cluster|info';

export const USER = { username: 'regen', password: 'secret' };

/** Makes the user that the log is entered with; all keys are open to it, since each bed has a prefix of its own. */
export async function createRedisUser(port: number, kind: 'single' | 'cluster'): Promise<void> {
  const rules = kind === 'single' ? RULES : `${RULES} ${CLUSTER_RULES}`;
  await asAdmin(port, (admin) =>
    admin.call('ACL', 'SETUSER', USER.username, 'on', `>${USER.password}`, '~*', '&*', ...rules.split(' ')),
  );
}

/** What the user asked for and was not allowed. */
export function refusedCommands(port: number): Promise<unknown> {
  return asAdmin(port, (admin) => admin.call('ACL', 'LOG'));
}

async function asAdmin<Result>(port: number, act: (admin: Redis) => Promise<Result>): Promise<Result> {
  const admin = new Redis(port, '127.0.0.1');
  try {
    return await act(admin);
  } finally {
    admin.disconnect();
  }
}
