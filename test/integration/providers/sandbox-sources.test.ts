import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SamplePool } from '../../../sandbox/sample/sample-pool.ts';
import { PROVIDER_FAULTS } from '../../../sandbox/sources/provider-server.ts';
import { SANDBOX_KINDS, type SandboxKind, SandboxSources } from '../../../sandbox/sources/sources.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { ListedProxy } from '../../../src/domain/sources/listed.ts';
import { createProbe } from '../../../src/probe/probe.ts';
import { runSource } from '../../helpers/providers/source-run.ts';

let pool: SamplePool;
let sources: SandboxSources;
beforeAll(async () => {
  pool = await SamplePool.start();
});
afterAll(() => pool.stop());
beforeEach(async () => {
  sources = await SandboxSources.start((kind) => pool.supply(kind));
});
afterEach(() => sources.stop());

const run = (kind: SandboxKind) => {
  const key = sources.list().find((each) => each.kind === kind)?.key ?? '';
  const apiUrls = sources.urls;
  return runSource({ kind, key: { key }, apiUrls, policy: { isPrivateAllowed: true }, isPrivateAllowed: true });
};

const addresses = (proxies: readonly ListedProxy[]) => proxies.map(({ fields }) => `${fields.host}:${fields.port}`);

describe.each(SANDBOX_KINDS)('the %s API of the sandbox', (kind) => {
  it('lists proxies that work', async () => {
    const { proxies, error } = await run(kind);
    expect([proxies.length, error]).toEqual([20, null]);
    const probe = createProbe({
      targets: [parseTarget(pool.target.url)],
      ca: pool.target.caPem,
      timeoutMs: 10_000,
      isPrivateAllowed: true,
    });
    for (const { fields } of [proxies[0], proxies.at(-1)].filter((each) => each !== undefined)) {
      expect(await probe.check(fields)).toMatchObject({ outcome: 'ok' });
    }
    probe.close();
  });

  it('names the successor of a replaced proxy', async () => {
    const before = await run(kind);
    sources.change(kind, 'replace');
    const after = await run(kind);
    const gone = before.proxies.filter((each) => !addresses(after.proxies).includes(addresses([each])[0] ?? ''));
    expect([gone.length, after.proxies.length, after.error]).toEqual([3, 20, null]);
    for (const old of gone) {
      const successor = after.pages
        .flatMap(({ replacements }) => replacements)
        .find(({ from }) => from.host === old.fields.host && from.port === old.fields.port);
      const sameId = after.proxies.find(({ externalId }) => externalId === old.externalId);
      expect(successor ? addresses(after.proxies) : [sameId?.externalId]).toContain(
        successor ? `${successor.to.host}:${successor.to.port}` : old.externalId,
      );
    }
  });

  it('drops and adds proxies, and says how many it has', async () => {
    sources.change(kind, 'drop');
    expect((await run(kind)).proxies.length).toBe(15);
    sources.change(kind, 'add');
    expect([(await run(kind)).proxies.length, sources.list().find((each) => each.kind === kind)?.proxies]).toEqual([
      25, 25,
    ]);
    for (let change = 0; change < 10; change++) sources.change(kind, 'add');
    for (let change = 0; change < 30; change++) sources.change(kind, 'drop');
    expect((await run(kind)).proxies.length).toBe(0);
  });

  it.each(PROVIDER_FAULTS)('fails with %s until that is over', async (fault) => {
    sources.change(kind, 'add');
    sources.break(kind, fault);
    const codes = {
      'wrong-key': 'key_rejected',
      'rate-limit': 'rate_limited',
      'half-page': 'format_changed',
      error: 'unreachable',
    };
    expect((await run(kind)).error?.code).toBe(codes[fault]);
    sources.break(kind, null);
    expect((await run(kind)).error).toBe(null);
  });
});
