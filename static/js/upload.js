// Sends the video, GIF or PDF of a story in pieces and shows how far it is. Without it the form sends it as a whole.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-upload]");
  if (!form) return;
  event.preventDefault();
  sendFile(form);
});

async function sendFile(form) {
  const [file] = form.elements.upload.files;
  if (!file) return;
  if (file.size > Number(form.dataset.limit)) return say(form, form.dataset.tooLarge);
  say(form, "");
  form.querySelector("[type=submit]").disabled = true;
  const body = new URLSearchParams({ name: file.name, size: file.size, alt_text: form.elements.alt_text.value });
  const begun = await ask(form.dataset.begin, body);
  if (!begun?.upload) return stop(form, begun?.sentence);
  form.querySelector("[data-upload-shows]").hidden = false;
  await sendPieces(form, file, begun);
}

// Each answer says how many bytes are there, so that a piece whose answer was lost is not sent twice.
async function sendPieces(form, file, begun) {
  const address = form.dataset.piece.replace("UPLOAD", begun.upload);
  let at = begun.received;
  for (let cut = 0; ; ) {
    const answer = await ask(`${address}?at=${at}`, file.slice(at, at + begun.piece));
    if (answer?.whole) return window.location.reload();
    if (answer?.sentence || (answer && answer.received === undefined) || cut > 20) return stop(form, answer?.sentence);
    if (answer) {
      at = answer.received;
      cut = 0;
      form.querySelector("progress").value = (100 * at) / file.size;
      say(form, "");
    } else {
      cut += 1;
      say(form, form.dataset.cut);
      await new Promise((go) => setTimeout(go, 500 * cut));
    }
  }
}

// The answer, or nothing where none came.
async function ask(address, body) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  if (body instanceof Blob) headers["Content-Type"] = "application/octet-stream";
  try {
    const answer = await fetch(address, { method: "POST", body, headers });
    if (answer.status >= 500) return undefined;
    return await answer.json();
  } catch (error) {
    return error instanceof SyntaxError ? {} : undefined;
  }
}

function say(form, sentence) {
  form.querySelector("[data-upload-says]").textContent = sentence;
}

function stop(form, sentence) {
  form.querySelector("[type=submit]").disabled = false;
  say(form, sentence || form.dataset.stopped);
}
