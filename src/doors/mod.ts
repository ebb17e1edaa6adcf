/**
 * Doors that are there already: ways in for requests, to be passed to an executor as its option `doors`. How to write one
 * of your own is told by the type `Door` of the package.
 *
 * @module
 */

export { fileDoor, type FileListener, type StoredRequest } from "./file.ts";
export { metrics, type MetricsOptions } from "./metrics.ts";
export { zmq, type ZmqOptions } from "./zmq.ts";
export { socketDoor } from "./socket.ts";
export { pipeDoor, type PipeEnds } from "./pipe.ts";
export { dashboard, type DashboardOptions } from "./dashboard/dashboard.ts";
