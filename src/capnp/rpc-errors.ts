import { CorelensError } from "../errors.ts";

export function protocolError(message: string): CorelensError {
  return new CorelensError("IPC_PROTOCOL", message);
}

export function noCapability(): CorelensError {
  return new CorelensError("IPC_UNSUPPORTED", "the peer returned no capability to call");
}

export function cancelled(): CorelensError {
  return new CorelensError("IPC_CANCELLED", "the call was cancelled");
}

export function connectionClosed(message: string): CorelensError {
  return new CorelensError("IPC_CLOSED", message);
}
