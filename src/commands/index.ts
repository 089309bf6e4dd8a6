import type { Registry } from '../discord/define/command.ts';
import type { Services } from '../services/services.ts';
import { addAccountCommand } from './account/add.ts';
import { accountChangeButtons } from './account/change.ts';
import { accountEditHandlers, editAccountCommand } from './account/edit.ts';
import { accountImportModal, importAccountsCommand } from './account/import.ts';
import { accountImportButtons } from './account/import-buttons.ts';
import { listAccountsButtons, listAccountsCommand } from './account/list.ts';
import { modelMoveButtons } from './account/model-move.ts';
import { modelsButtons, modelsCommand } from './account/models.ts';
import { accountRemoveButtons, removeAccountCommand } from './account/remove.ts';
import { accountButtons, showAccountCommand } from './account/show.ts';
import { deskHandlers } from './alerts/desk.ts';
import { alertButtons, alertListCommand } from './alerts/list.ts';
import { maintenanceButtons, maintenanceCommand } from './alerts/maintenance.ts';
import { alertSettingsCommand, muteButtons, muteCommand } from './alerts/settings.ts';
import { auditButtons, auditCommand } from './audit/audit.ts';
import { type AutocompleteName, autocomplete } from './autocomplete.ts';
import { helpCommand, helpMenus } from './help.ts';
import { importMessageCommands } from './import-message-commands.ts';
import { assignCommand, assignNamedButton, assignNearestButton, unassignCommand } from './proxy/assign.ts';
import { changeButtons } from './proxy/change/change.ts';
import { editCommand } from './proxy/change/edit.ts';
import { editModals } from './proxy/change/edit-modals.ts';
import {
  activateCommand,
  deactivateCommand,
  rebalanceCommand,
  releaseCommand,
  removeCommand,
} from './proxy/change/retire.ts';
import { changeIpButton } from './proxy/change-ip.ts';
import { exportCommand } from './proxy/export.ts';
import { fillButtons, fillCommand } from './proxy/fill.ts';
import { historyButtons, historyCommand } from './proxy/history.ts';
import { importCommand, importModal } from './proxy/import/import.ts';
import { importButtons } from './proxy/import/import-buttons.ts';
import { listButtons, listCommand } from './proxy/list.ts';
import { showButtons, showCommand } from './proxy/show.ts';
import { statsButtons, statsCommand } from './proxy/stats.ts';
import { testButtons, testCommand } from './proxy/test.ts';
import { addSourceCommand, editSourceCommand, removeSourceCommand, sourceSettingsHandlers } from './source/settings.ts';
import { listSourcesCommand, showSourceCommand, syncButtons, syncSourceCommand } from './source/syncs.ts';
import { exportVpsCommand, importVpsButtons, importVpsCommand } from './vps/files.ts';
import {
  addVpsCommand,
  editVpsCommand,
  listVpsButtons,
  listVpsCommand,
  removeVpsButtons,
  removeVpsCommand,
} from './vps/machines.ts';
import { mapButtons, mapCommand } from './vps/map.ts';
import { assignVpsCommand, linkCommand, unlinkCommand } from './vps/relations.ts';
import { tokenButtons, tokenCommand } from './vps/token.ts';
import { importAsButton } from './wrong-import.ts';

/** Every command and component of the bot. */
export const registry: Registry<Services, AutocompleteName> = {
  groups: {
    proxy: 'Manage the proxy pool',
    account: 'Manage the accounts that use proxies',
    source: 'Synchronize proxies from providers',
    alerts: 'Alerts in the ops channel',
    vps: 'Document the servers that accounts run on',
  },
  handlers: [
    importCommand,
    importModal,
    ...importMessageCommands,
    ...importButtons,
    importAsButton,
    listCommand,
    ...listButtons,
    showCommand,
    ...showButtons,
    changeIpButton,
    testCommand,
    ...testButtons,
    statsCommand,
    ...statsButtons,
    assignCommand,
    assignNamedButton,
    assignNearestButton,
    unassignCommand,
    fillCommand,
    ...fillButtons,
    deactivateCommand,
    activateCommand,
    removeCommand,
    releaseCommand,
    rebalanceCommand,
    ...changeButtons,
    editCommand,
    ...editModals,
    exportCommand,
    historyCommand,
    ...historyButtons,
    importAccountsCommand,
    accountImportModal,
    ...accountImportButtons,
    addAccountCommand,
    listAccountsCommand,
    ...listAccountsButtons,
    showAccountCommand,
    ...accountButtons,
    editAccountCommand,
    ...accountEditHandlers,
    ...modelMoveButtons,
    removeAccountCommand,
    ...accountRemoveButtons,
    ...accountChangeButtons,
    modelsCommand,
    ...modelsButtons,
    alertListCommand,
    alertSettingsCommand,
    muteCommand,
    maintenanceCommand,
    ...alertButtons,
    ...deskHandlers,
    ...muteButtons,
    ...maintenanceButtons,
    addSourceCommand,
    listSourcesCommand,
    showSourceCommand,
    syncSourceCommand,
    editSourceCommand,
    removeSourceCommand,
    ...syncButtons,
    ...sourceSettingsHandlers,
    auditCommand,
    ...auditButtons,
    addVpsCommand,
    editVpsCommand,
    removeVpsCommand,
    ...listVpsButtons,
    ...removeVpsButtons,
    listVpsCommand,
    assignVpsCommand,
    linkCommand,
    unlinkCommand,
    mapCommand,
    ...mapButtons,
    importVpsCommand,
    ...importVpsButtons,
    exportVpsCommand,
    tokenCommand,
    ...tokenButtons,
    helpCommand,
    ...helpMenus,
  ],
  autocomplete,
};
