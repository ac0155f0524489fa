// Pages of work in the order of call times, however many threads make them.
import type { CdrFilter } from "../../queries/cdr-query.ts";
import { stretchesOf } from "./cut.ts";
import type { Stretch, Work, WorkParts, WorkRun, WorkThreads } from "./work.ts";

export interface AskedWork<Request, Page> {
  /** As the table of the threads has it. */
  name: string;
  work: Work<Request, Page>;
  request: Request;
  filter: CdrFilter;
  /** About how many CDRs there are. */
  total: number;
  /** Goes on after that CDR. */
  cursor?: string | undefined;
}

/**
 * Work in threads where there are some and enough to do, else here. Who does not want the rest ends the
 * iteration. @throws what the work throws, in the order of its pages
 */
export async function* pagesInOrder<Request, Page>(
  parts: WorkParts & { threads?: WorkThreads | undefined },
  asked: AskedWork<Request, Page>,
): AsyncGenerator<Page, void> {
  const { threads, ...own } = parts;
  const { name, work, request, cursor } = asked;
  if (threads === undefined || asked.total < threads.least) {
    const open = await work(own, request);
    yield* open(cursor === undefined ? {} : { cursor });
    return;
  }
  const run = threads.begin(name, request);
  try {
    // As many again wait, so that no thread does.
    const pages = inTurn(stretchesOf(own.store, asked), run, 2 * threads.most);
    for await (const page of pages) yield page as Page;
  } finally {
    run.end();
  }
}

/** So many stretches are begun, or done and not yet taken, at any time: memory stays bounded. */
async function* inTurn(
  stretches: AsyncGenerator<Stretch, void>,
  run: WorkRun,
  atOnce: number,
): AsyncGenerator<unknown, void> {
  const begun: AsyncIterable<unknown>[] = [];
  for (let isOver = false; ; ) {
    while (!isOver && begun.length < atOnce) {
      const next = await stretches.next();
      if (next.done === true) isOver = true;
      else begun.push(run.pages(next.value));
    }
    const first = begun.shift();
    if (first === undefined) return;
    yield* first;
  }
}
