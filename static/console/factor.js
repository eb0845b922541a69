// Security keys: what the form carries is asked of the key, and its answer is sent with the form.

/** @param {string} text */
function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function base64url(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The options with their bytes as bytes. @param {any} options */
function read(options) {
  /** @param {{id: string}[]} keys */
  const listed = (keys = []) => keys.map((key) => ({ ...key, id: bytes(key.id) }));
  const { user, allowCredentials, excludeCredentials, challenge, ...rest } = options;
  return {
    ...rest,
    challenge: bytes(challenge),
    ...(user ? { user: { ...user, id: bytes(user.id) } } : {}),
    ...(allowCredentials ? { allowCredentials: listed(allowCredentials) } : {}),
    ...(excludeCredentials ? { excludeCredentials: listed(excludeCredentials) } : {}),
  };
}

/** What a key answered, as the console reads it. @param {any} credential */
function write({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
  const given = parts.filter((part) => response[part]);
  const coded = given.map((part) => [part, base64url(response[part])]);
  return JSON.stringify({ id, rawId: base64url(rawId), type, response: Object.fromEntries(coded) });
}

/** @type {Record<string, string>} */
const TROUBLE = {
  NotAllowedError: "No key answered in time, or it was not one of yours. Press the button again.",
  InvalidStateError: "This key is among yours already.",
  SecurityError: "The browser does not use keys under this address.",
};

/** @param {HTMLFormElement} form */
async function ask(form) {
  const publicKey = read(JSON.parse(form.dataset.options ?? "{}"));
  const keys = navigator.credentials;
  const credential = await (form.dataset.do === "create"
    ? keys.create({ publicKey })
    : keys.get({ publicKey }));
  const answer = form.querySelector("input[name=answer]");
  if (answer instanceof HTMLInputElement) answer.value = write(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-do]")) {
  const says = form.querySelector("[data-says]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!(form instanceof HTMLFormElement) || !says) return;
    says.textContent = "Waiting for your key…";
    ask(form).catch((error) => {
      says.textContent =
        TROUBLE[error.name] ?? `This browser could not ask the key: ${error.name}.`;
    });
  });
}
