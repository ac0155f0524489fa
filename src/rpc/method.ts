// One declaration a method: params, result, role and example in one place; the server, the
// OpenRPC document and the tests all read it.
import type { z } from "zod";
import type { Permission, Role } from "../access/permissions.ts";
import type { Scope } from "../access/scope.ts";
import type { Engine } from "../engine/engine.ts";
import type { ErrorCode } from "../errors.ts";

/** Who calls, and whose things it may see. */
export interface Caller {
  name: string;
  credential: string | null;
  /** Who is signed in; absent: it came by no session. */
  user?: { name: string } | undefined;
  /** Null: this machine's own command line. */
  address: string | null;
  /** Absent: HTTP, or the command line without an address. */
  road?: "tcp" | undefined;
  roles: readonly Role[];
  scope: Scope;
}

export interface MethodContext {
  engine: Engine;
  caller: Caller;
  /** Aborted with `timeout` when the call is over its limit; long reads look between pieces. */
  readonly signal: AbortSignal;
  /** Aborted when the caller left: for reads that may take longer than any limit. */
  readonly left?: AbortSignal | undefined;
}

export interface Method {
  name: string;
  summary: string;
  permission: Permission;
  /** What a call with these params needs; `permission`, but where they ask for more than that. */
  permissionOf(params: unknown): Permission;
  /** Whether that is another one for some params. */
  variesByParams: boolean;
  /**
   * Whether it changes something. What writes runs to its end, whoever still waits for the answer,
   * and may be sent again; what reads stops when its caller leaves or its time is over.
   */
  writes: boolean;
  /** Whether the typed client may send it again when no answer came: a quick read, or what is known
   * by its identity. */
  repeatable: boolean;
  /** Reads or works over many records: such calls take turns, and one request runs one at a time. */
  heavy: boolean;
  /** Its answer may be megabytes, of one record: one request runs one of them at a time too. */
  large?: boolean;
  /** Params of records as they came: their depth and size are looked at by the intake, not here. */
  records?: readonly string[];
  params: z.ZodObject;
  result: z.ZodType;
  /** Codes of errors.ts that it can answer besides those of every call. */
  errors: readonly ErrorCode[];
  /** A call that works on the demo data; a test makes it. */
  example: Record<string, unknown>;
  /** A promise where something has to be waited for. */
  run(params: unknown, context: MethodContext): unknown;
}

/** A method whose name, params and result are known to the compiler: the typed client's source. */
export interface TypedMethod<
  Name extends string,
  Params extends z.ZodObject,
  Result extends z.ZodType,
  Repeatable extends boolean,
> extends Method {
  name: Name;
  repeatable: Repeatable;
  params: Params;
  result: Result;
}

interface Declaration<
  Name extends string,
  Params extends z.ZodObject,
  Result extends z.ZodType,
  Repeatable extends boolean,
> extends Omit<
    TypedMethod<Name, Params, Result, Repeatable>,
    "run" | "permissionOf" | "variesByParams" | "repeatable"
  > {
  /** Left out: the typed client sends it once. */
  repeatable?: Repeatable;
  permissionOf?(params: z.output<Params>): Permission;
  run(params: z.output<Params>, context: MethodContext): z.input<Result> | Promise<z.input<Result>>;
}

/** Declares a method; `run` gets params that passed the schema. */
export function method<
  const Name extends string,
  Params extends z.ZodObject,
  Result extends z.ZodType,
  const Repeatable extends boolean = false,
>(
  declaration: Declaration<Name, Params, Result, Repeatable>,
): TypedMethod<Name, Params, Result, Repeatable> {
  return {
    ...declaration,
    repeatable: (declaration.repeatable ?? false) as Repeatable,
    variesByParams: declaration.permissionOf !== undefined,
    permissionOf: (params) =>
      declaration.permissionOf?.(params as z.output<Params>) ?? declaration.permission,
    run: (params, context) => declaration.run(params as z.output<Params>, context),
  };
}
