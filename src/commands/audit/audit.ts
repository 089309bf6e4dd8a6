import { UserError } from '../../base/errors.ts';
import { integer, text } from '../../discord/define/options.ts';
import { AUDIT_ENTITIES, type AuditFilter } from '../../domain/audit-view.ts';
import { readMarkedNumber } from '../../domain/input/row-number.ts';
import { auditCsv, auditDetailsId, auditExportId, auditList, auditPageId } from '../../views/audit/audit-list.ts';
import { type Context, defineCommand, defineComponent } from '../define.ts';
import { exportLog } from '../export-log.ts';

/** Parses `#12`, `proxy`, `account ann.one` or `vps web-1`: a kind of entity, or one entity. */
async function entityOf({ services }: Context, typed: string): Promise<Pick<AuditFilter, 'entity' | 'entityId'>> {
  const proxyId = async (named: string) => String(await services.proxies.resolve(named, { withRemoved: true }));
  if (typed.startsWith('#')) return { entity: 'proxy', entityId: await proxyId(typed) };
  const [kind = '', ...rest] = typed.split(/\s+/);
  const entity = AUDIT_ENTITIES.find((each) => each === kind.toLowerCase());
  if (!entity) {
    const kinds = AUDIT_ENTITIES.join(', ');
    throw new UserError('bad_entity', 'Unknown filter.', `Use #12, account ann, vps web-1, or one of: ${kinds}.`);
  }
  const name = rest.join(' ');
  if (name === '') return { entity };
  if (entity === 'account')
    return { entity, entityId: String(await services.accounts.resolve(name, { withRemoved: true })) };
  if (entity === 'proxy') return { entity, entityId: await proxyId(name) };
  // A VPS that was removed has no name any more, but its number is in the log.
  if (entity === 'vps')
    return { entity, entityId: String(readMarkedNumber(name) ?? (await services.vps.resolve(name))) };
  return { entity, entityId: name };
}

export const auditCommand = defineCommand({
  name: 'audit',
  description: 'Show the audit log: who changed what, when and why',
  options: {
    actor: text('Only changes by this person or program, by name', { autocomplete: 'actor' }),
    entity: text('#12, account ann, vps web-1, incident 4, or a kind such as plan or settings', {
      autocomplete: 'entity',
      maxLength: 300,
    }),
    days: integer('Only the last so many days', { min: 1, max: 3650 }),
  },
  requires: 'operator',
  ack: 'public',
  async run(context, { actor, entity, days }) {
    const thing = entity === undefined ? {} : await entityOf(context, entity.trim());
    return auditList(await context.services.audit.list({ actor, days, ...thing }));
  },
});

export const auditButtons = [
  defineComponent({
    id: auditDetailsId,
    requires: 'operator',
    ack: 'ephemeral',
    run: async ({ services }, _params, [plan = '0']) => auditList(await services.audit.list({ planId: Number(plan) })),
  }),
  defineComponent({
    id: auditPageId,
    requires: 'operator',
    ack: 'update',
    run: async ({ services }, { list, ...from }) => auditList(await services.audit.page(list, from)),
  }),
  defineComponent({
    id: auditExportId,
    requires: 'operator',
    ack: 'public',
    async run(context, { list }) {
      const batches = context.services.audit.all(context.actor, list);
      return exportLog(context, { log: 'Audit log', fileName: 'audit.csv', batches, toCsv: auditCsv });
    },
  }),
];
