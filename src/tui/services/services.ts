import { libraryFolders, readLibrary } from "../../queries/library.ts";
import { CoverageService } from "./coverage.ts";
import { EventViews } from "./event-views.ts";
import type { Lanes } from "./lanes.ts";
import { LibraryService } from "./library.ts";
import { MarkTimelineService } from "./mark-timeline.ts";
import { MarksService } from "./marks.ts";
import type { Service, ServiceContext } from "./service-context.ts";
import { SessionsService } from "./sessions.ts";

/** Everything that views draw data from. Each owner adds a property here and below. */
export interface Services {
  readonly lanes: Lanes;
  readonly views: EventViews;
  readonly library: LibraryService;
  readonly sessions: SessionsService;
  readonly coverage: CoverageService;
  readonly marks: MarksService;
  readonly markTimeline: MarkTimelineService;
}

/** Makes the services; none of them may ask anything before a screen does. */
export function createServices(context: ServiceContext): Services {
  const readLibraryOfCase = () => readLibrary(libraryFolders(context.caseFacts().folder, []));
  const marks = new MarksService(context);
  const library = new LibraryService(context, readLibraryOfCase);
  return {
    lanes: context.lanes,
    views: new EventViews(context),
    library,
    sessions: new SessionsService(context),
    coverage: new CoverageService(context, () => library.queries),
    marks,
    markTimeline: new MarkTimelineService(context, marks),
  };
}

/** The services as the core treats them. */
export function allServices(services: Services): Service[] {
  return Object.values(services) as Service[];
}
