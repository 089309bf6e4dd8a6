import { text } from '../../discord/define/options.ts';
import { VPS_LIMITS } from '../../domain/vps/vps-fields.ts';
import { DRIFTS } from '../../domain/vps/vps-map.ts';
import { toCsv } from '../../kit/csv.ts';
import { STALE_NOTICE } from '../../kit/stale-notice.ts';
import { noticeLine } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { vpsMapChart } from '../../views/charts/vps-map-chart.ts';
import { vpsDriftId, vpsMapId, vpsMendId } from '../../views/vps/ids.ts';
import { driftDetails, type MapScopeIds, resolvedDrift, vpsMapView } from '../../views/vps/vps-map.ts';
import { type Context, defineCommand, defineComponent } from '../define.ts';
import { packFile } from '../pack-file.ts';
import { planChange } from '../proxy/change/change.ts';

/** Custom ids carry numbers, so an environment is identified by one of its VPS. */
async function scopeOf({ services }: Context, { vps, environment }: MapScopeIds) {
  if (vps !== 0) return { vpsId: vps };
  return environment === 0 ? {} : { environment: (await services.vps.show(environment)).environment };
}

/** @param notice the result of a click, with which the map must agree */
async function showMap(context: Context, ids: MapScopeIds, notice?: string): Promise<View> {
  const { services } = context;
  const map = await services.vpsMaps.map(await scopeOf(context, ids), { isFresh: notice !== undefined });
  const chart = vpsMapChart(map);
  return vpsMapView(map, ids, chart ? await services.pictures.draw(chart) : undefined, notice);
}

export const mapCommand = defineCommand({
  name: 'vps map',
  description: 'Show VPS, proxies and accounts as a chart, with drift',
  options: {
    vps: text('Only this VPS', { autocomplete: 'vps', maxLength: VPS_LIMITS.name }),
    environment: text('Only this environment', { autocomplete: 'environment', maxLength: VPS_LIMITS.environment }),
  },
  requires: 'viewer',
  ack: 'public',
  async run(context, { vps, environment }) {
    const { services } = context;
    if (vps !== undefined) return showMap(context, { vps: await services.vps.resolve(vps), environment: 0 });
    const found = environment === undefined ? 0 : await services.vps.oneOf(environment);
    return showMap(context, { vps: 0, environment: found });
  },
});

export const mapButtons = [
  defineComponent({
    id: vpsMapId,
    requires: 'viewer',
    ack: 'public',
    run: (context, { vps }) => showMap(context, { vps, environment: 0 }),
  }),
  defineComponent({
    id: vpsMendId,
    requires: 'operator',
    ack: 'update',
    async run(context, { drift, shown, ...ids }) {
      const { actor, services } = context;
      const scope = await scopeOf(context, ids);
      if (drift === 'shared') {
        const used = (await services.vpsMaps.drift(drift, scope)).filter(({ accounts }) => accounts > 0);
        const crowded = [...Map.groupBy(used, ({ proxyId }) => proxyId)].filter(
          ([, relations]) => relations.length > 1,
        );
        if (crowded.length === 0) return showMap(context, ids, noticeLine(STALE_NOTICE));
        const target = { ids: crowded.map(([id]) => id) };
        context.followUp(await planChange(context, { kind: 'separate', target }));
        return showMap(context, ids);
      }
      const isDone = await services.vpsMaps.mend(actor, drift, scope, shown);
      return showMap(context, ids, isDone ? resolvedDrift(drift, shown, actor.id) : noticeLine(STALE_NOTICE));
    },
  }),
  defineComponent({
    id: vpsDriftId,
    requires: 'viewer',
    ack: 'ephemeral',
    async run(context, ids) {
      const { services, upload } = context;
      const scope = await scopeOf(context, ids);
      const [unused, undocumented, shared] = await Promise.all(
        DRIFTS.map((kind) => services.vpsMaps.drift(kind, scope)),
      );
      const found = { unused: unused ?? [], undocumented: undocumented ?? [], shared: shared ?? [] };
      const rows = DRIFTS.flatMap((kind) =>
        found[kind].map((each) => [
          kind,
          each.vps,
          each.environment,
          each.proxyId,
          each.host,
          each.port,
          each.accounts,
          each.notes,
        ]),
      );
      const fields = ['drift', 'vps', 'environment', 'proxy', 'host', 'port', 'accounts', 'notes'];
      return driftDetails(found, await packFile('drift.csv', () => toCsv(fields, rows), upload));
    },
  }),
];
