// cdrate openrpc: the document that the service serves, for the copy in the repository.
import type { Command } from "commander";
import { openRpcDocument } from "../../../rpc/document/openrpc.ts";
import type { CommandParts } from "../../command-parts.ts";

export function addSchemaCommand(program: Command, { output }: CommandParts): void {
  program
    .command("openrpc")
    .description("print the OpenRPC document of the JSON-RPC methods")
    .action(() => output.printJson(openRpcDocument()));
}
