import { z } from 'zod';
import { ACCOUNT_LIMITS } from '../../domain/accounts/account-fields.ts';
import type { VpsMapService } from '../../services/vps/vps-map-service.ts';
import type { VpsService } from '../../services/vps/vps-service.ts';
import { addEtag } from '../request/etag.ts';
import { line } from '../request/schemas.ts';
import { answer, BY_TOKEN, type Routes, refusals } from './route.ts';

const params = z.object({ name: line(ACCOUNT_LIMITS.vps).min(1).describe('Name of the VPS, case-insensitive') });

const map = z
  .object({
    vps: z.string(),
    environment: z.string(),
    host: z.string().nullable(),
    region: z.string().nullable(),
    accounts: z.int().describe('Number of accounts that it manages'),
    assigned: z.int().describe('How many of them have a proxy'),
    drift: z
      .object({ unused: z.int(), undocumented: z.int(), shared: z.int() })
      .describe('Numbers of unused links, of proxies used without a link, and of proxies that other VPS use too'),
    proxies: z.array(
      z.object({
        id: z.int(),
        host: z.string(),
        port: z.int(),
        isDocumented: z.boolean().describe('Whether the link to the VPS is documented'),
        notes: z.string().nullable(),
        accounts: z.array(z.string()).describe('Usernames of the VPS’s accounts on it'),
      }),
    ),
  })
  .meta({ id: 'VpsMap' });

/** The proxies of a VPS, used and documented. */
export function vpsRoute(app: Routes, vps: VpsService, maps: VpsMapService): void {
  app.get(
    '/api/vps/:name/map',
    {
      onSend: addEtag,
      schema: {
        operationId: 'getVpsMap',
        tags: ['vps'],
        summary: 'Get a VPS with its proxies and accounts',
        security: BY_TOKEN,
        params,
        response: { 200: answer('The map, without credentials', map), ...refusals(400, 404, 414) },
      },
    },
    async (request) => {
      const vpsId = await vps.resolve(request.params.name);
      const [{ vps: machine, relations }, { drift }] = await Promise.all([maps.inventory(vpsId), maps.map({ vpsId })]);
      const { name, environment, host, region, accounts, assigned } = machine;
      return {
        vps: name,
        environment,
        host,
        region,
        accounts,
        assigned,
        drift,
        proxies: relations.map(({ proxyId, usernames, ...each }) => ({
          id: proxyId,
          host: each.host,
          port: each.port,
          isDocumented: each.isDocumented,
          notes: each.notes,
          accounts: [...usernames],
        })),
      };
    },
  );
}
