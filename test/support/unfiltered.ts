/** A reading room that shows everything as it is, for tests of transports that ask for no filter and no state. */
import { refuse } from "@doorstream/contract"
import { wholeView } from "../../packages/server/src/core/view.js"

export const unfiltered = {
  viewOf: () => wholeView,
  select: () => refuse("filter_invalid"),
  stateOf: () => Promise.reject(new Error("This reading room has no states.")),
}
