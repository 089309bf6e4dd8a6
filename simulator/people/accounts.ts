import { ABSENT, accountKey, accountState } from '../checks/ledger.ts';
import { applied, notApplied } from '../process/outcome.ts';
import { type Desk, keepButton, liveAccounts, MODELS, type Operation, somebody, VPS } from './desk.ts';

const HEADER = 'username,model,vps';

/** The state of a new account, or of one that is added again. */
const added = (model: string, vps: string | null) => accountState({ model, vps, isHeld: false });

export function addAccount(desk: Desk): Operation {
  const username = `acc.${desk.fresh()}`;
  const model = desk.random.pick(MODELS);
  const vps = desk.random.some([...VPS, undefined]);
  return {
    name: `add ${username} of ${model}`,
    actor: somebody(desk),
    effects: { must: new Map([[accountKey(username), added(model, vps ?? null)]]) },
    run: async ({ services }, actor) => {
      const { proxy } = await services.accounts.add(actor, { username, model, vps });
      return applied(proxy ? `on #${proxy.id}` : 'waits');
    },
  };
}

/** A file of new accounts and some that were removed before, in one or two models. */
export function importAccounts(desk: Desk, rows = desk.random.int(2, 15)): Operation {
  const { random } = desk;
  const gone = random
    .sample(
      desk.seen.accounts.filter(({ isRemoved }) => isRemoved),
      2,
    )
    .map(({ username }) => username);
  const names = [...gone, ...Array.from({ length: rows }, () => `acc.${desk.fresh()}`)];
  const lines = names.map((username) => ({ username, model: random.pick(MODELS), vps: random.pick(VPS) }));
  const bytes = new TextEncoder().encode(
    [HEADER, ...lines.map(({ username, model, vps }) => `${username},${model},${vps}`)].join('\n'),
  );
  const must = new Map(lines.map(({ username, model, vps }) => [accountKey(username), added(model, vps)]));
  const isLater = random.chance(0.4);
  return {
    name: `import ${lines.length} accounts${isLater ? ', to be confirmed later' : ''}`,
    actor: somebody(desk),
    effects: isLater ? {} : { must },
    run: async (parts, actor) => {
      const file = { name: 'accounts.csv', bytes, defaults: {}, source: null };
      const { planId, counts, plan } = await parts.services.accountImports.stage(actor, file);
      const shown = { count: counts.new + counts.revived, placed: plan?.placed ?? 0 };
      const commit: Operation['run'] = async ({ services }, by) => {
        const { preview, isStale } = await services.accountImports.commit(by, planId, shown);
        return isStale || preview.state !== 'applied'
          ? notApplied('stale')
          : applied(`${preview.results.import?.placed} placed`);
      };
      if (!isLater) return commit(parts, actor);
      keepButton(desk, { name: `import the accounts of plan ${planId}`, effects: () => ({ must }), click: commit });
      return applied(`plan ${planId}`);
    },
  };
}

export function editAccount(desk: Desk): Operation | undefined {
  const account = desk.random.some(liveAccounts(desk));
  if (!account) return undefined;
  const { id, username } = account;
  const vps = desk.random.pick(VPS);
  return {
    name: `edit ${username}: ${vps}`,
    actor: somebody(desk),
    effects: { must: new Map([[accountKey(username), accountState({ ...account, vps })]]) },
    run: async ({ services }, actor) => {
      await services.accountEdits.edit(actor, id, { vps, label: `desk ${desk.random.int(1, 9)}` });
      return applied('edited');
    },
  };
}

export function changeModel(desk: Desk): Operation | undefined {
  const account = desk.random.some(liveAccounts(desk));
  if (!account) return undefined;
  const { id, username } = account;
  const model = desk.random.pick(MODELS.filter((each) => each !== account.model));
  const present = () => desk.seen.accounts.find((each) => each.id === id) ?? account;
  return {
    name: `plan the move of ${username} to ${model}`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }, actor) => {
      const plan = await services.accountEdits.planModel(actor, id, model);
      if (!plan) return notApplied('same model');
      keepButton(desk, {
        name: `move ${username} to ${model}`,
        effects: () => ({ must: new Map([[accountKey(username), accountState({ ...present(), model })]]) }),
        click: async (parts, by) => {
          const { preview, isStale } = await parts.services.accountEdits.applyModel(by, plan.planId);
          return isStale || preview.state !== 'applied'
            ? notApplied('stale')
            : applied(preview.gets ? `on #${preview.gets.id}` : 'no proxy');
        },
      });
      return applied(`plan ${plan.planId}`);
    },
  };
}

export function removeAccount(desk: Desk): Operation | undefined {
  const account = desk.random.some(liveAccounts(desk));
  if (!account) return undefined;
  const { id, username } = account;
  return {
    name: `remove ${username}`,
    actor: somebody(desk),
    effects: { must: new Map([[accountKey(username), ABSENT]]) },
    run: async ({ services }, actor) => applied(`${(await services.accounts.remove(actor, id)).served} served`),
  };
}

const BULK = ['hold', 'release', 'remove'] as const;

/** Many accounts of a model on one VPS at once. */
export function changeAccounts(desk: Desk): Operation {
  const { random } = desk;
  const kind = random.weighted([
    { weight: 3, kind: BULK[0] },
    { weight: 4, kind: BULK[1] },
    { weight: 1, kind: BULK[2] },
  ]).kind;
  const [model, vps] = [random.pick(MODELS), random.pick(VPS)];
  return {
    name: `plan to ${kind} ${model} on ${vps}`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }, actor) => {
      const { planId, count } = await services.accountChanges.plan(actor, { kind, filter: { model, vps } });
      const touched = () => liveAccounts(desk).filter((each) => each.model === model && each.vps === vps);
      const after = (isHeld: boolean) => accountState({ model, vps, isHeld });
      const state = { hold: after(true), release: after(false), remove: ABSENT }[kind];
      keepButton(desk, {
        name: `${kind} ${count} accounts of plan ${planId}`,
        effects: () => ({ must: new Map(touched().map(({ username }) => [accountKey(username), state])) }),
        click: async (parts, by) => {
          const { preview, isStale } = await parts.services.accountChanges.apply(by, planId);
          return isStale || preview.state !== 'applied'
            ? notApplied('stale')
            : applied(`${preview.result?.count} changed`);
        },
      });
      return applied(`plan ${planId}`);
    },
  };
}
