/** Services: what is measured, as data. */

export { builtIn, defaultService, isBuiltIn } from "./built-in.ts";
export { type AgreementSpec, agreementSpec } from "./definition/agreement.ts";
export { defineService, type ServiceInput, type ServiceSpec, serviceSpec } from "./definition/service.ts";
export { type Settings, type SettingValue, triedValues } from "./definition/setting.ts";
export {
  argumentsOf,
  environmentOf,
  isSupervised,
  lifecycleOf,
  podSettings,
  replicasOf,
  requestsAtOnce,
  resourcesOf,
  type Shape,
  shapeOf,
  shownSettings,
  urlOf,
  type Variant,
} from "./definition/variant.ts";
export {
  builtInService,
  checkService,
  hasVariant,
  loadService,
  type Service,
  tellingStages,
  variantNames,
  variantOf,
  withChoices,
} from "./load.ts";
export { variantNamespace } from "./namespace.ts";
export { recordedService, recordService } from "./record.ts";
