import { z } from 'zod';
import { ACCOUNT_LIMITS } from '../../domain/accounts/account-fields.ts';
import type { AccountService } from '../../services/accounts/account-service.ts';
import type { AssignmentService } from '../../services/assignments/assignment-service.ts';
import type { IdempotencyService, Keep } from '../../services/idempotency-service.ts';
import type { ProxyService } from '../../services/proxies/proxy-service.ts';
import { callerOf } from '../request/auth.ts';
import { idempotencyHeaders, once } from '../request/idempotency.ts';
import { line, rowNumber } from '../request/schemas.ts';
import { answer, BY_TOKEN, type Routes, refusals } from './route.ts';

const asked = z
  .strictObject({
    account: z.union([line(ACCOUNT_LIMITS.username).min(1), rowNumber]).describe('Username or number of an account'),
    proxy: rowNumber.optional().describe('Number of a proxy; default: the best one'),
    reassign: z.boolean().default(false).describe('Move the account if it already has a proxy'),
  })
  .meta({ id: 'AssignRequest' });

const assigned = z
  .object({
    account: z.string(),
    model: z.string(),
    proxy: z.object({ id: z.int(), host: z.string(), port: z.int() }),
    reason: z.string().describe('Why this proxy was chosen'),
  })
  .meta({ id: 'Assigned' });

/** The part of an assignment that is kept, from which its answer is made. */
const done = z.object({ accountId: z.int(), proxyId: z.int(), reason: z.string() });
type Done = z.output<typeof done>;

export interface AssignDeps {
  proxies: ProxyService;
  accounts: AccountService;
  assignments: AssignmentService;
  idempotency: IdempotencyService;
}

/** Assigns a proxy to an account, like `/proxy assign`. */
export function assignRoute(app: Routes, { accounts, assignments, proxies, idempotency }: AssignDeps): void {
  app.post(
    '/api/proxies/assign',
    {
      schema: {
        operationId: 'assignProxy',
        tags: ['proxies'],
        summary: 'Assign a proxy to an account',
        description:
          'Assigns the named proxy or the best one. If a rule forbids it, the response is 409 with the rule.',
        security: BY_TOKEN,
        headers: idempotencyHeaders,
        body: asked,
        response: { 200: answer('The assigned proxy', assigned), ...refusals(400, 404, 409, 413, 415, 422) },
      },
    },
    async (request, reply) => {
      const { account, proxy, reassign } = request.body;
      const work = async (keep: Keep<Done>): Promise<Done> => {
        const id = await accounts.resolve(typeof account === 'number' ? `#${account}` : account);
        const options = { isMove: reassign, ...(proxy !== undefined && { proxyId: proxy }) };
        return assignments.assign(callerOf(request).actor, id, options, keep);
      };
      const show = async ({ accountId, proxyId, reason }: Done): Promise<z.output<typeof assigned>> => {
        const [{ username, model }, shown] = await Promise.all([accounts.show(accountId), proxies.show(proxyId)]);
        const { host, port } = shown.proxy;
        return { account: username, model, proxy: { id: proxyId, host, port }, reason };
      };
      const asked = JSON.stringify(request.body);
      return (await once(idempotency, { request, reply }, { asked, kept: done, work, answer: show })) as z.output<
        typeof assigned
      >;
    },
  );
}
