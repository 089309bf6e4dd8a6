import type { ProviderAnswer } from './provider-server.ts';

/** A provider with Webshare's shapes, whose list a test changes. */
export class Webshare {
  readonly #key: string;
  hosts: string[] = ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'];
  country = 'US';
  replaced: { proxy: string; replaced_with: string }[] = [];
  /** The count that it claims. */
  count: number | undefined;
  status = 200;

  /** @param key named in its refusals, as providers do */
  constructor(key: string) {
    this.#key = key;
  }

  answer(url: URL): ProviderAnswer {
    if (this.status !== 200) return { status: this.status, body: { detail: `Invalid token ${this.#key}` } };
    if (url.pathname.endsWith('/replaced/')) {
      const results = this.replaced.map((each, id) => ({
        id,
        reason: 'auto_invalidated',
        proxy_port: 8168,
        replaced_with_port: 8168,
        ...each,
        proxy_country_code: 'US',
        replaced_with_country_code: 'US',
        created_at: '2026-07-26T21:25:13.966946-07:00',
      }));
      return { body: { count: results.length, next: null, previous: null, results } };
    }
    const results = this.hosts.map((proxy_address) => ({
      id: `d-${proxy_address}`,
      username: 'u',
      password: 'p',
      proxy_address,
      port: 8168,
      valid: true,
      country_code: this.country,
      city_name: 'New York',
      created_at: '2026-06-14T11:58:10.246406-07:00',
    }));
    return { body: { count: this.count ?? results.length, next: null, previous: null, results } };
  }
}
