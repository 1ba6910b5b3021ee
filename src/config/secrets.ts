import type { Files } from "./files.ts";
import type { ConfigProblem, Parsed } from "./setting.ts";

const newSecret = "Make one with: openssl rand -hex 32";

/** At least 32 bytes and not a word that everybody knows: whoever guesses it can start work in our name (S01). */
export function webhookSecret(raw: unknown): Parsed<string> {
  const secret = typeof raw === "string" ? raw : String(raw);
  if (secret.toLowerCase() === "development")
    return {
      sentence: `"development" is Probot's example, which everybody knows.`,
      advice: `${newSecret} and enter it in the GitHub App's settings as well.`,
    };
  const length = Buffer.byteLength(secret);
  if (length < 32)
    return {
      sentence: `This secret has ${length} bytes; fewer than 32 can be guessed.`,
      advice: `${newSecret} and enter it in the GitHub App's settings as well.`,
    };
  if (new Set(secret).size < 8)
    return {
      sentence: "This secret repeats the same few characters.",
      advice: `${newSecret} and enter it in the GitHub App's settings as well.`,
    };
  return { value: secret };
}

/** An RSA private key in PEM: as it is, with \n written out, or in base64. */
export function privateKey(raw: unknown): Parsed<string> {
  const given = String(raw).trim().replaceAll("\\n", "\n").replaceAll("\r\n", "\n");
  const pem = given.startsWith("-----") ? given : Buffer.from(given, "base64").toString("utf8").trim();
  const advice = "Write the whole .pem file that GitHub gave you, or name it in PRIVATE_KEY_PATH.";
  if (!pem.startsWith("-----BEGIN ")) return { sentence: "This is not a private key in PEM form.", advice };
  try {
    // Not imported: loading it would take a third of the time that a short command has, and most read no key.
    const key = process.getBuiltinModule("node:crypto").createPrivateKey(pem);
    if (key.asymmetricKeyType !== "rsa")
      return { sentence: `GitHub Apps sign with RSA keys; this one is ${key.asymmetricKeyType}.`, advice };
  } catch {
    // The cause would quote nothing of use, and nothing of a key belongs into a message.
    return { sentence: "This private key is damaged: it cannot be read.", advice };
  }
  return { value: `${pem.trim()}\n` };
}

/** The content of a file that only its owner may read. */
export function secretFile(key: string, path: string, files: Files): { content: string } | ConfigProblem {
  const facts = files.look(path);
  if (facts === null || facts.isDirectory)
    return { key, sentence: `There is no file ${path}.`, advice: "Write the path of the file that holds the key." };
  if ((facts.mode & 0o077) !== 0)
    return {
      key,
      sentence: `Other users of the machine can read or write ${path}.`,
      advice: `Run: chmod 600 ${path}`,
    };
  try {
    return { content: files.read(path) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      key,
      sentence: `${path} cannot be read (${why}).`,
      advice: "Make it readable for the user who starts this.",
    };
  }
}
