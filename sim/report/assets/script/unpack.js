// Unpacks the data and the chart library, both gzipped, and gives Plotly its Dutch.
// Base 85 with the letters of RFC 1924, but , : . for < > &: five letters, most significant first, are four bytes.
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%.()*+-;,=:?@^_`{|}~";

function bytesOf(text) {
  const values = new Uint8Array(128), bytes = new Uint8Array(Math.floor((text.length * 4) / 5));
  for (let k = 0; k < 85; k++) values[LETTERS.charCodeAt(k)] = k;
  for (let from = 0, to = 0; from < text.length; from += 5) {
    let word = 0;
    for (let k = from; k < from + 5; k++) word = word * 85 + (k < text.length ? values[text.charCodeAt(k)] : 84);
    for (let shift = 24; shift >= 0 && to < bytes.length; shift -= 8) bytes[to++] = word >>> shift;
  }
  return bytes;
}

function unpack(id) {
  const bytes = bytesOf(document.getElementById(id).textContent.trim());
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

// The policy of the page knows the library by its hash, as it knows this script.
function runLibrary(text) {
  const script = document.createElement("script");
  script.textContent = text;
  document.head.append(script);
  script.remove();
  const nl = payload.pages.nl;
  window.Plotly.register({
    moduleType: "locale", name: "nl", dictionary: {},
    format: { months: nl.months, shortMonths: nl.months_short, decimal: ",", thousands: ".", date: "%d-%m-%Y" },
  });
}
