/** The page: its header, its modes, and who is here. */

import "./style.css";
import { listCharacters, type CharacterEntry } from "./api";
import { Desk } from "./desk";
import { h } from "./dom";
import { messageOf } from "./messages";
import { Modes, type Mode } from "./modes";
import { Stage } from "./stage";
import { themeButton } from "./theme";

class Page {
  private readonly modes = new Modes((mode) => this.switch(mode));
  private readonly desk = new Desk((mode) => this.modes.show(mode));

  async start(stage: Stage): Promise<void> {
    document.querySelector("#studio")!.replaceChildren(this.header(), this.desk.element);
    let characters: CharacterEntry[] = [];
    try {
      characters = await listCharacters();
    } catch (error) {
      this.desk.unusable("The characters could not be listed", messageOf(error));
      return;
    }
    if (!characters.length) {
      const detail = "No characters are installed. Install deepexpr again, or name a folder with --characters.";
      this.desk.unusable("Nobody is here", detail);
      return;
    }
    await this.desk.welcome(characters, stage);
    document.body.dataset.ready = "true";
  }

  private header(): HTMLElement {
    return h(
      "header",
      { class: "top" },
      h("h1", {}, h("img", { src: "/mark.svg", alt: "", width: 28, height: 28 }), "DeepExpr ", h("span", {}, "studio")),
      this.modes.element,
      themeButton(),
    );
  }

  private switch(mode: Mode): void {
    if (mode !== "live") this.desk.stopLive();
    if (mode === "live") this.desk.startLive();
  }
}

void new Page().start(new Stage());
