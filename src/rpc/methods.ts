// Every JSON-RPC method, once each; `rpc.discover` is answered by the server itself.
import type { Method } from "./method.ts";
import * as account from "./methods/account.ts";
import * as audit from "./methods/audit.ts";
import * as backtest from "./methods/backtest/backtest.ts";
import * as call from "./methods/call.ts";
import * as changes from "./methods/cdr/changes.ts";
import * as correction from "./methods/cdr/correction.ts";
import * as exports from "./methods/cdr/export.ts";
import * as exportJobs from "./methods/cdr/export-jobs.ts";
import { searchMethod } from "./methods/cdr/number-search.ts";
import * as cdr from "./methods/cdr/records.ts";
import * as search from "./methods/cdr/search.ts";
import * as summary from "./methods/cdr/summary.ts";
import * as compare from "./methods/compare.ts";
import * as tariffEdit from "./methods/decks/edit.ts";
import * as tariffExport from "./methods/decks/export.ts";
import * as deckMarkup from "./methods/decks/markup.ts";
import * as deckReplace from "./methods/decks/replace.ts";
import * as privacy from "./methods/erasing/privacy.ts";
import * as retention from "./methods/erasing/retention.ts";
import * as feed from "./methods/feed.ts";
import * as batch from "./methods/imports/batch.ts";
import * as dialect from "./methods/imports/dialect.ts";
import * as imports from "./methods/imports/import.ts";
import * as upload from "./methods/imports/upload.ts";
import * as job from "./methods/job.ts";
import { listAccountsMethod } from "./methods/master/accounts.ts";
import * as cause from "./methods/master/causes.ts";
import * as partner from "./methods/master/partners.ts";
import * as masterTable from "./methods/master/tables.ts";
import * as number from "./methods/number.ts";
import * as output from "./methods/output.ts";
import * as log from "./methods/people/log.ts";
import * as tokens from "./methods/people/tokens.ts";
import * as people from "./methods/people/users.ts";
import * as rates from "./methods/rates.ts";
import * as rating from "./methods/rating.ts";
import { concurrentMethod } from "./methods/reports/concurrent.ts";
import { GROUP_METHODS } from "./methods/reports/groups.ts";
import * as periods from "./methods/reports/periods.ts";
import { agentsMethod, queuesMethod } from "./methods/reports/queues.ts";
import { rebuildMethod } from "./methods/reports/rebuild.ts";
import { statementMethod } from "./methods/reports/statement.ts";
import { trafficMethod } from "./methods/reports/traffic.ts";
import * as rerate from "./methods/rerate.ts";
import * as delivery from "./methods/sending/delivery.ts";
import * as mail from "./methods/sending/mail.ts";
import * as notice from "./methods/sending/notice.ts";
import * as schedule from "./methods/sending/schedule.ts";
import * as suspense from "./methods/suspense.ts";
import * as system from "./methods/system.ts";
import * as tariff from "./methods/tariff.ts";
import * as tariffDiff from "./methods/tariff-diff.ts";

export const METHODS = [
  system.statusMethod,
  system.diagnoseMethod,
  cdr.processMethod,
  cdr.processManyMethod,
  cdr.getMethod,
  cdr.findMethod,
  searchMethod,
  cdr.countMethod,
  changes.changesMethod,
  summary.summarizeMethod,
  trafficMethod,
  concurrentMethod,
  ...GROUP_METHODS,
  statementMethod,
  queuesMethod,
  agentsMethod,
  periods.closeMethod,
  periods.correctMethod,
  periods.listMethod,
  periods.getMethod,
  periods.linesMethod,
  rebuildMethod,
  exports.exportMethod,
  cdr.explainMethod,
  correction.correctMethod,
  correction.voidMethod,
  rating.priceMethod,
  rating.routesMethod,
  rates.findMethod,
  number.normalizeMethod,
  tariff.checkMethod,
  tariff.loadMethod,
  tariff.listMethod,
  tariff.getMethod,
  tariff.activateMethod,
  tariff.rollbackMethod,
  deckReplace.replaceMethod,
  tariffEdit.editMethod,
  deckMarkup.markupMethod,
  tariffExport.exportMethod,
  tariffDiff.diffMethod,
  compare.compareMethod,
  backtest.backtestMethod,
  account.setMethod,
  account.removeMethod,
  account.getMethod,
  account.findMethod,
  listAccountsMethod,
  masterTable.importAccountsMethod,
  masterTable.exportAccountsMethod,
  partner.setCarrierMethod,
  partner.getCarrierMethod,
  partner.listCarriersMethod,
  partner.removeCarrierMethod,
  masterTable.importCarriersMethod,
  masterTable.exportCarriersMethod,
  partner.setGatewayMethod,
  partner.getGatewayMethod,
  partner.listGatewaysMethod,
  partner.removeGatewayMethod,
  cause.setCauseMethod,
  cause.getCauseMethod,
  cause.listCausesMethod,
  cause.removeCauseMethod,
  rerate.planMethod,
  rerate.showMethod,
  rerate.linesMethod,
  rerate.applyMethod,
  rerate.undoMethod,
  rerate.cancelMethod,
  rerate.listMethod,
  retention.planMethod,
  retention.applyMethod,
  retention.showMethod,
  privacy.planMethod,
  privacy.applyMethod,
  privacy.showMethod,
  privacy.discloseMethod,
  audit.runMethod,
  call.listMethod,
  feed.listMethod,
  feed.getMethod,
  feed.startMethod,
  feed.stopMethod,
  feed.queueEventsMethod,
  output.listMethod,
  output.getMethod,
  output.startMethod,
  output.stopMethod,
  mail.testMethod,
  people.setUserMethod,
  people.getUserMethod,
  people.listUsersMethod,
  people.passwordMethod,
  people.removeUserMethod,
  people.listSessionsMethod,
  people.revokeSessionMethod,
  tokens.createTokenMethod,
  tokens.rotateTokenMethod,
  tokens.revokeTokenMethod,
  tokens.listTokensMethod,
  log.findActsMethod,
  exportJobs.listMethod,
  exportJobs.getMethod,
  exportJobs.startMethod,
  exportJobs.copyMethod,
  exportJobs.cancelMethod,
  exportJobs.removeMethod,
  search.saveMethod,
  search.getMethod,
  search.listMethod,
  search.runMethod,
  schedule.setMethod,
  schedule.getMethod,
  schedule.listMethod,
  schedule.runMethod,
  delivery.deliveryListMethod,
  delivery.resendMethod,
  schedule.removeMethod,
  search.removeMethod,
  notice.previewMethod,
  notice.sendMethod,
  dialect.sniffMethod,
  dialect.setMethod,
  dialect.getMethod,
  dialect.listMethod,
  upload.beginMethod,
  upload.partMethod,
  upload.endMethod,
  imports.startMethod,
  imports.getMethod,
  imports.listMethod,
  imports.cancelMethod,
  batch.listMethod,
  batch.getMethod,
  batch.reconcileMethod,
  batch.rollbackMethod,
  batch.restoreMethod,
  job.listMethod,
  job.showMethod,
  job.linesMethod,
  job.cancelMethod,
  suspense.findMethod,
  suspense.getMethod,
  suspense.retryMethod,
  suspense.discardMethod,
] as const satisfies readonly Method[];
