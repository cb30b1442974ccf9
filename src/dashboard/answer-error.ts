import type { FastifyInstance } from "fastify";
import { CorelensError, type ErrorCode } from "../errors.ts";
import { requestProblem } from "./request-problem.ts";

const STATUSES: Partial<Readonly<Record<ErrorCode, number>>> = {
  RECORDING_UNKNOWN: 404,
  FILE_UNREADABLE: 404,
  UPLOAD_REFUSED: 403,
  RECORDING_TOO_LARGE: 413,
  RECORDING_CORRUPT: 422,
  RECORDING_VERSION: 422,
  RECORDINGS_BUSY: 503,
  FILE_UNWRITABLE: 507,
};

/** Answers every error of corelens with its code, message and cure. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof CorelensError)) return reply.send(error);
    const { code } = error;
    if (code === "RECORDING_TOO_LARGE") reply.header("connection", "close");
    return reply.code(STATUSES[code] ?? 400).send(requestProblem(error));
  });
}
