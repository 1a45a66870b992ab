/** A virtual building: doors that behave, people who walk through them. */
export { openBuilding, type Building, type BuildingOptions } from "./building/building.js"
export type { Plan } from "./building/plan.js"
export { demoBuilding } from "./demo-building.js"
export { runBuilding, type RunOptions } from "./run-building.js"
