/** A virtual building: doors that behave, people who walk through them. */
export { openApiSession, type ApiClientOptions } from "./api-session.js"
export { openBuilding, type Building, type BuildingOptions } from "./building/building.js"
export { castScenario, type Misfit, type Part } from "./building/casting.js"
export type { Obeyed } from "./building/commands.js"
export type { Door, DoorInput, DoorSettings } from "./building/door.js"
export {
  generateBuilding,
  type GenerateOptions,
  type GeneratedBuilding,
} from "./building/generate/generate.js"
export { reportsOf, type Sending } from "./building/lines.js"
export {
  customaryRules,
  type Person,
  type Plan,
  type PlannedDoor,
  type PlannedRule,
} from "./building/plan.js"
export type { Scenario, ScenarioAct, Timing } from "./building/scenario.js"
export type { Act, Beat, DoorAct } from "./building/scenes.js"
export type { SyncBegun } from "./building/syncs.js"
export type { Cause } from "./building/trigger.js"
export { verbs, type Verb } from "./building/verbs.js"
export { isTimezone } from "./building/wall-clock.js"
export { createClock, type Clock, type ClockOptions, type Deed, type Pace } from "./clock.js"
export { demoBuilding } from "./demo-building.js"
export { NodeClient, type NodeClientOptions } from "./node/node-client.js"
export { createInsist, readAll, type Insist } from "./rest/insist.js"
export { readScenario, type ReadScenario } from "./scenarios/read-scenario.js"
export type { ScenarioFault } from "./scenarios/reader.js"
export { readDuration } from "./scenarios/duration.js"
export { openScenario, scenarioNames, type OpenedScenario } from "./scenarios/scenario-files.js"
export { openSimulation } from "./simulation/open-simulation.js"
export {
  SimulationRefused,
  type Progress,
  type Simulation,
  type SimulationOptions,
  type Triggered,
} from "./simulation/simulation.js"
export {
  removeBuilding,
  writeBuilding,
  type WritingOptions,
  type WritingProgress,
  type WrittenBuilding,
} from "./writing/write-building.js"
export { runVisits, type VisitsOptions } from "./simulation/visits.js"
export { wait } from "./wait.js"
