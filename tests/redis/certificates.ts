import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../scripts/programs.mjs';

/** A certificate for this machine's loopback, signed by an authority of its own that nobody knows. */
export interface Certificates {
  /** The authority's certificate, as a file. */
  readonly authority: string;
  /** What redis.conf says so that clients enter by TLS on `port`, with no certificate of their own. */
  redisSettings(port: number): Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'regen-tls-'));
  const file = (name: string): string => join(folder, name);
  const sign = (name: string, ...rest: readonly string[]) =>
    promisify(execFile)(findProgram('openssl') ?? 'openssl', [
      ...['req', '-x509', '-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)],
      ...KEY,
      ...rest,
    ]);
  await sign('authority');
  const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost';
  await sign('redis', '-CA', file('authority.crt'), '-CAkey', file('authority.key'), '-addext', names);
  return {
    authority: file('authority.crt'),
    redisSettings: (port) => ({
      'tls-port': String(port),
      'tls-cert-file': file('redis.crt'),
      'tls-key-file': file('redis.key'),
      'tls-ca-cert-file': file('authority.crt'),
      'tls-auth-clients': 'no',
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
