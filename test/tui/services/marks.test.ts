import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newNote, newTag } from "../../../src/journal/mark-entry.ts";
import { writeMark } from "../../../src/journal/write-mark.ts";
import { MarksService } from "../../../src/tui/services/marks.ts";
import type { ServiceContext } from "../../../src/tui/services/service-context.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { event, standing } from "../../journal/mark-fixture.ts";

interface Ticking {
  readonly service: MarksService;
  readonly folder: string;
  /** Lets the time for the next look come. */
  readonly tick: () => Promise<void>;
  readonly arrivals: () => number;
}

function serviceOn(folder: string = join(temporaryFolder(), "journal")): Ticking {
  let arrivals = 0;
  let next: (() => void) | null = null;
  const context = {
    clock: {
      now_ms: () => 0,
      after: (_: number, work: () => void) => {
        next = work;
        return () => (next = null);
      },
    },
    caseFacts: () => ({ journalFolder: folder, examiner: { name: "ada", source: "option" }, tool_version: "test" }),
    dataArrived: () => (arrivals += 1),
  } as unknown as ServiceContext;
  const service = new MarksService(context);
  return {
    service,
    folder,
    tick: async () => {
      next?.();
      await service.idle();
    },
    arrivals: () => arrivals,
  };
}

const colleague = (folder: string) => ({
  folder,
  examiner: { name: "grace", source: "option" as const },
  tool_version: "test",
  argv: ["note"],
});

test("follows what other processes write, and says so once", async () => {
  const { service, folder, tick, arrivals } = serviceOn();
  expect(standing(service.book())).toEqual([]);
  await tick();
  await writeMark(colleague(folder), newNote([event("e1")], "theirs"));
  await tick();
  expect([standing(service.book()), arrivals()]).toEqual([["e1:  | theirs"], 1]);
  expect(service.ofEvent("e1")!.notes).toEqual(["theirs"]);
  expect(service.ofEvent("e2")).toBeNull();

  await tick();
  await tick();
  expect(arrivals()).toBe(1);
  await service.close();
});

test("m marks and takes the mark away; tags and notes it leaves alone", async () => {
  const { service } = serviceOn();
  const target = event("e1");

  expect(await service.toggle(target)).toBe("marked");
  expect(standing(service.book())).toEqual(["e1: "]);
  expect(await service.toggle(target)).toBe("unmarked");
  expect(standing(service.book())).toEqual([]);
  await service.write(newTag([target], ["a"]));
  expect(await service.toggle(target)).toBe("has-words");
  expect(standing(service.book())).toEqual(["e1: a"]);
  await service.close();
});

test("undo goes back action by action, removals too, and then to what was written before", async () => {
  const earlier = serviceOn();
  await earlier.service.write(newTag([event("e0")], ["earlier"]));
  const { service } = serviceOn(earlier.folder);
  await service.refresh();
  await service.write(newTag([event("e1")], ["a"], "why"));
  await service.remove([event("e1")]);
  expect(standing(service.book())).toEqual(["e0: earlier"]);

  await service.undoLast();
  expect(standing(service.book())).toEqual(["e0: earlier", "e1: a | why"]);
  await service.undoLast();
  await service.undoLast();
  expect(standing(service.book())).toEqual([]);
  expect(await service.undoLast()).toBeNull();
  await service.close();
  await earlier.service.close();
});

test("two open screens and a colleague lose nothing", async () => {
  const first = serviceOn();
  const second = serviceOn(first.folder);
  await Promise.all(
    Array.from({ length: 10 }, async (_, i) => [
      await first.service.write(newTag([event(`a${i}`)], ["x"])),
      await second.service.write(newTag([event(`b${i}`)], ["x"])),
      await writeMark(colleague(first.folder), newNote([event(`c${i}`)], "y")),
    ]),
  );
  await Promise.all([first.service.refresh(), second.service.refresh()]);

  expect(first.service.book().targets().size).toBe(30);
  expect(standing(second.service.book())).toEqual(standing(first.service.book()));
  await first.service.close();
  await second.service.close();
});

test("a journal that cannot be written fails the action, and what is read stays", async () => {
  const folder = join(temporaryFolder(), "journal");
  writeFileSync(folder, "a file where the folder should be");
  const { service } = serviceOn(folder);

  await expect(service.toggle(event("e1"))).rejects.toThrow("The journal cannot be written");
  await service.refresh();
  expect(service.problem?.message).toContain("The journal cannot be read");
  await service.close();
});
