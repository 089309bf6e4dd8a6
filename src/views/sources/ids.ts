import { defineId, idNumber } from '../../kit/custom-id.ts';

export const syncApplyId = defineId('source.apply', { plan: idNumber });
export const syncSkipId = defineId('source.skip', { plan: idNumber });
export const syncMissingId = defineId('source.missing', { plan: idNumber });
export const syncDetailsId = defineId('source.details', { plan: idNumber });
export const sourceSyncId = defineId('source.sync', { source: idNumber });
export const sourcePlanId = defineId('source.plan', { plan: idNumber });
export const sourceKeyId = defineId('source.key', { source: idNumber });
export const sourceRemoveId = defineId('source.remove', { source: idNumber });
export const sourceRemoveSureId = defineId('source.remove_sure', { source: idNumber });
export const sourceKeepId = defineId('source.keep', { source: idNumber });
export const sourceOpenId = defineId('source.open', {});
