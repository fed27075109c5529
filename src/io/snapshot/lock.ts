import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

/** What cannot be locked or unlocked, in one line. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

/** File format: these bytes, a nonce of 12, a tag of 16, the ciphertext. */
const magic = Buffer.from("rollcall snapshot 1\n");
const nonceBytes = 12;
const tagBytes = 16;
/** Of the plain text: a company of 10,000 with 10 apps comes to some 60 MB. */
const mostBytes = 512 * 1024 * 1024;

/** The key as the operator writes it: 32 bytes in base64. Throws SnapshotError, which does not repeat it. */
export function keyFrom(text: string | undefined): Buffer {
  const key = Buffer.from(text ?? "", "base64");
  if (key.length !== 32) throw new SnapshotError("ROLLCALL_SNAPSHOT_KEY is not 32 bytes in base64; make one with: openssl rand -base64 32");
  return key;
}

/** `purpose`: what the file is for; only who says the same can open it. */
export function lock(text: string, key: Buffer, purpose: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.concat([magic, Buffer.from(purpose)]));
  const sealed = Buffer.concat([cipher.update(gzipSync(text)), cipher.final()]);
  return Buffer.concat([magic, nonce, cipher.getAuthTag(), sealed]);
}

/** The text; throws SnapshotError where the key or the purpose is another, or a byte was changed. */
export function unlock(bytes: Buffer, key: Buffer, purpose: string): string {
  const at = magic.length;
  if (!bytes.subarray(0, at).equals(magic) || bytes.length < at + nonceBytes + tagBytes)
    throw new SnapshotError("this is no snapshot of rollcall");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(at, at + nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.concat([magic, Buffer.from(purpose)]));
  decipher.setAuthTag(bytes.subarray(at + nonceBytes, at + nonceBytes + tagBytes));
  try {
    const packed = Buffer.concat([decipher.update(bytes.subarray(at + nonceBytes + tagBytes)), decipher.final()]);
    return gunzipSync(packed, { maxOutputLength: mostBytes }).toString("utf8");
  } catch (error) {
    throw new SnapshotError("the snapshot does not open: the key is another, it is of another repository, or it was changed", {
      cause: error,
    });
  }
}
