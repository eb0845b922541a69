// Alerts in a page that is open: it asks for the banner, changes its title, and sounds if the officer wants it.
{
  const key = "tipline-alert-sound";
  const every = 20_000;
  const quietAfter = 3;
  const title = document.title;
  /** @type {AudioContext | null} */
  let audio = null;
  let failed = 0;

  const place = () => document.getElementById("alerts");
  const isOn = () => localStorage.getItem(key) === "on";

  const begin = () => {
    audio ??= new AudioContext();
    return audio.resume();
  };

  /** Two tones, thrice where somebody may be in danger. @param {boolean} urgent */
  const sound = (urgent) => {
    if (audio?.state !== "running") return;
    for (let at = 0; at < (urgent ? 6 : 2); at += 1) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const start = audio.currentTime + at * 0.25;
      tone.frequency.value = at % 2 ? 660 : 880;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.3, start + 0.02);
      volume.gain.linearRampToValueAtTime(0, start + 0.22);
      tone.connect(volume).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.24);
    }
  };

  const tell = () => {
    const state = document.getElementById("sound-state");
    const button = document.getElementById("sound-switch");
    if (!state || !button) return;
    const waits = isOn() && audio?.state !== "running";
    state.textContent = isOn()
      ? `On. It sounds when there is an alert that nobody has taken.${waits ? " This browser waits for a click or a key first." : ""}`
      : "Off. Switched on, an open page sounds when there is an alert that nobody has taken.";
    button.textContent = isOn() ? "Switch it off" : "Switch it on";
  };

  const look = () => {
    const now = place();
    if (!now) return;
    const count = Number(now.dataset.open);
    document.title = count > 0 ? `(${count}) ${title}` : title;
    if (isOn() && now.dataset.calls) sound(now.dataset.calls === "urgent");
  };

  /** @param {string} page */
  const show = (page) => {
    const now = place();
    const found = new DOMParser().parseFromString(page, "text/html").getElementById("alerts");
    // What stands there is left alone while nothing changed: somebody may be about to press the button.
    if (now && found && now.dataset.state !== found.dataset.state) now.replaceWith(found);
  };

  const lost = () => {
    const now = place();
    if (!now || document.getElementById("alerts-lost")) return;
    const note = document.createElement("p");
    note.id = "alerts-lost";
    note.className = "note alarm alert-open";
    note.textContent = "This page has lost the console: no alert shows here. Load it again.";
    now.append(note);
    delete now.dataset.state;
  };

  const ask = async () => {
    const answer = await fetch("/alerts/poll", { redirect: "error" }).catch(() => null);
    if (answer?.ok) {
      failed = 0;
      show(await answer.text());
      look();
    } else {
      failed += 1;
      if (failed >= quietAfter) lost();
    }
  };

  const acts = document.getElementById("sound-acts");
  if (acts) acts.hidden = false;
  document.getElementById("sound-switch")?.addEventListener("click", () => {
    if (isOn()) localStorage.removeItem(key);
    else localStorage.setItem(key, "on");
    void begin().then(() => {
      tell();
      if (isOn()) sound(false);
    });
  });
  document.getElementById("sound-try")?.addEventListener("click", () => {
    void begin().then(() => sound(true));
  });
  if (isOn()) {
    // Browsers let a page sound once somebody has done something in it.
    void begin().then(tell);
    for (const gesture of ["pointerdown", "keydown"]) {
      document.addEventListener(gesture, () => void begin().then(tell), { once: true });
    }
  }
  tell();
  look();
  window.setInterval(() => void ask(), every);
}
