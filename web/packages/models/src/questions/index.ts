export { inHeldOrder, movedCount } from "./order.ts";
