import { changeIpId } from '../../views/proxy/card.ts';
import { changedIp, changedIpNote } from '../../views/proxy/changed-ip.ts';
import { defineComponent } from '../define.ts';

/** The provider's response is shown to the caller only, since it may contain secrets. */
export const changeIpButton = defineComponent({
  id: changeIpId,
  requires: 'operator',
  ack: 'ephemeral',
  async run({ actor, services, progress, followUp }, { proxy }) {
    const change = await services.ipChanges.change(actor, proxy, (sofar) => progress(changedIp(sofar)));
    if (change.ok) followUp(changedIpNote(actor.id, change));
    return changedIp(change);
  },
});
