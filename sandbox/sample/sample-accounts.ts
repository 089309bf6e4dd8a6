/** Sample accounts of six models. */

const MODELS = [
  ['amber', 120],
  ['bella', 90],
  ['cora', 70],
  ['dahlia', 60],
  ['esme', 40],
  ['freya', 20],
] as const;

/** 400 accounts, in turn for each of six models. */
export function sampleAccounts(): { username: string; model: string; label: string }[] {
  return MODELS.flatMap(([model, count]) =>
    Array.from({ length: count }, (_, n) => ({
      username: `${model}.${String(n + 1).padStart(3, '0')}`,
      model: model[0]?.toUpperCase() + model.slice(1),
      label: `shift ${(n % 3) + 1}`,
      turn: n / count,
    })),
  )
    .sort((a, b) => a.turn - b.turn)
    .map(({ turn, ...account }) => account);
}
