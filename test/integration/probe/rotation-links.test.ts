import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type LoopbackProxies, startLoopbackProxies } from '../../../sandbox/proxies/index.ts';
import { startRotationLinks } from '../../../sandbox/proxies/rotation-links.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import { callChangeIpLink } from '../../../src/probe/change-ip.ts';
import { createProbe } from '../../../src/probe/probe.ts';

const EXITS = ['203.0.113.1', '203.0.113.101'];

async function start(port?: number): Promise<{ local: LoopbackProxies; link: string }> {
  const local = await startLoopbackProxies([{ type: 'socks5', exitIp: '203.0.113.1' }]);
  const links = await startRotationLinks(
    local.proxies.map((proxy) => ({ proxy, exitIps: EXITS })),
    port,
  );
  onTestFinished(async () => {
    await links.stop();
    await local.stop();
  });
  const [link = ''] = local.proxies.map((proxy) => links.linkOf(proxy) ?? '');
  return { local, link };
}

const call = (link: string) => callChangeIpLink(link, { timeoutMs: 10_000, isPrivateAllowed: true });

it('a link gives its proxy another exit IP, which the next check sees', async () => {
  const { local, link } = await start();
  const targets = [parseTarget(local.target.remoteUrl)];
  const probe = createProbe({ targets, ca: local.target.caPem, timeoutMs: 10_000, isPrivateAllowed: true });
  const [proxy] = local.proxies;
  if (!proxy) throw new Error('no proxy');
  const exitIp = async () => (await probe.check({ ...proxy, host: proxy.host, port: proxy.port })).exitIp;
  expect(await exitIp()).toBe(EXITS[0]);
  expect(await call(link)).toMatchObject({ ok: true, status: 200 });
  expect(await exitIp()).toBe(EXITS[1]);
  await call(link);
  expect(await exitIp()).toBe(EXITS[0]);
  probe.close();
});

it('a link with another key does nothing', async () => {
  const { link } = await start();
  expect(await call(link.replace(/key=.*/, 'key=guess'))).toMatchObject({ ok: false, status: 404 });
  expect(await call(link.replace('/0?', '/7?'))).toMatchObject({ ok: false, status: 404 });
});

it('links use the requested port, or another one if that is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { link } = await start(port);
  expect(link).not.toContain(`:${port}/`);
  expect(await call(link)).toMatchObject({ ok: true });
});
