/** Systems as REST shows them. */
import type { System } from "@doorstream/contract"

export const showSystem = ({ id, name, created }: System) => ({ id, name, created })
