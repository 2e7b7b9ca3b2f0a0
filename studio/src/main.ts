/** The page: its header, its modes, and who is here. */

import "./style.css";
import { listCharacters, type CharacterEntry } from "./api";
import { Browse } from "./browse";
import { Compare } from "./compare";
import { Desk } from "./desk";
import { h } from "./dom";
import { messageOf } from "./messages";
import { Modes, type Mode } from "./modes";
import { Stage } from "./stage";
import { themeButton } from "./theme";

class Page {
  private readonly stage = new Stage();
  private readonly modes = new Modes((mode) => this.switch(mode));
  private readonly desk = new Desk((mode) => this.to(mode));
  private readonly browse = new Browse(this.stage);
  private readonly compare = new Compare(
    this.stage,
    () => this.desk.subject,
    () => this.to("photo"),
  );

  async start(): Promise<void> {
    const pages = [this.desk.element, this.browse.element, this.compare.element];
    document.querySelector("#studio")!.replaceChildren(this.header(), ...pages);
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
    this.browse.welcome(characters);
    this.compare.welcome(characters);
    await this.desk.welcome(characters, this.stage);
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

  private to(mode: Mode): void {
    this.modes.show(mode);
    this.switch(mode);
  }

  private switch(mode: Mode): void {
    if (mode !== "live") this.desk.stopLive();
    this.desk.element.hidden = mode === "browse" || mode === "compare";
    this.browse.element.hidden = mode !== "browse";
    this.compare.element.hidden = mode !== "compare";
    if (mode === "live") this.desk.startLive();
    if (mode === "browse") this.browse.enter();
    if (mode === "compare") this.compare.enter();
  }
}

void new Page().start();
