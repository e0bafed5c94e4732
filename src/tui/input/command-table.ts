import { MORE_COMMANDS, OVERLAYS, SCREENS } from "../screens/registry.ts";
import type { Command, OverlayDefinition, ScreenDefinition } from "../state/contract.ts";
import { globalCommands, type ProgramActions } from "./global-commands.ts";

/** Every screen, box and command, by name. */
export class CommandTable {
  readonly globals: readonly Command[];
  /** Those of screens and boxes first, the global ones last. */
  readonly all: readonly Command[];
  readonly screens: readonly ScreenDefinition[] = SCREENS;
  private readonly screensById = new Map(SCREENS.map((screen) => [screen.id, screen]));
  private readonly overlaysByKind = new Map(OVERLAYS.map((overlay) => [overlay.kind, overlay]));
  private readonly commandsById: ReadonlyMap<string, Command>;

  constructor(actions: ProgramActions) {
    this.globals = [...globalCommands(SCREENS, actions), ...MORE_COMMANDS];
    this.all = [...[...SCREENS, ...OVERLAYS].flatMap(({ commands }) => commands), ...this.globals];
    this.commandsById = new Map(this.all.map((command) => [command.id, command]));
  }

  screen(id: string): ScreenDefinition | undefined {
    return this.screensById.get(id);
  }

  overlay(kind: string): OverlayDefinition | undefined {
    return this.overlaysByKind.get(kind);
  }

  command(id: string): Command | undefined {
    return this.commandsById.get(id);
  }
}
