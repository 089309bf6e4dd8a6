import { z } from 'zod';
import { DRIFTS } from '../../domain/vps/vps-map.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { pageParams } from '../../kit/paging.ts';

export const vpsMapId = defineId('vps.map', { vps: idNumber });
export const vpsPageId = defineId('vps.list_page', pageParams);
export const vpsOpenId = defineId('vps.open', {});
export const vpsRemoveId = defineId('vps.remove', { vps: idNumber });
export const vpsKeepId = defineId('vps.keep', { vps: idNumber });
/** Resolves drift of one VPS, of the environment of one (`environment`), or of all (0 and 0). */
export const vpsMendId = defineId('vps.mend', {
  drift: z.enum(DRIFTS),
  vps: idNumber,
  environment: idNumber,
  /** The number on the button. */
  shown: idNumber,
});
export const vpsDriftId = defineId('vps.drift', { vps: idNumber, environment: idNumber });
export const vpsImportApplyId = defineId('vps_import.apply', { plan: idNumber });
export const vpsImportCancelId = defineId('vps_import.cancel', { plan: idNumber });
