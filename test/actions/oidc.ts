import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** GitHub's token service for jobs: keys at the issuer, and the endpoint that a job asks for its token. */
export type Issuer = {
  issuer: string;
  /** What a job's environment has for asking; `claims` is what is signed about it. */
  environment(claims: Record<string, string>, of?: { expiresIn?: string }): Record<string, string>;
  /** A token as the service would sign it, or with something wrong in it. */
  sign(
    claims: Record<string, string>,
    of?: { audience?: string; expiresIn?: string; foreignKey?: boolean },
  ): Promise<string>;
  /** From now on another key signs, as GitHub changes its keys now and then. */
  rotate(): Promise<void>;
  close(): Promise<void>;
};

export async function openIssuer(): Promise<Issuer> {
  let generation = 0;
  const keys = [await newKey(`key-${generation}`)];
  const foreign = await newKey("key-0");
  const jobs = new Map<string, { claims: Record<string, string>; of: { expiresIn?: string } }>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", issuer);
    const json = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (url.pathname === "/.well-known/jwks") return json(200, { keys: keys.map(({ jwk }) => jwk) });
    const job = jobs.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "");
    if (url.pathname !== "/token" || job === undefined) return json(403, { message: "Forbidden" });
    json(200, { value: await sign(job.claims, { ...job.of, audience: url.searchParams.get("audience") ?? "" }) });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const sign: Issuer["sign"] = async (claims, of = {}) => {
    const key = of.foreignKey === true ? foreign : keys.at(-1);
    if (key === undefined) throw new Error("there is no key");
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: key.jwk.kid ?? "" })
      .setIssuer(issuer)
      .setAudience(of.audience ?? "")
      .setIssuedAt(of.expiresIn === undefined ? undefined : new Date(Date.now() - 3_600_000))
      .setExpirationTime(of.expiresIn ?? "5m")
      .sign(key.privateKey);
  };
  return {
    issuer,
    environment(claims, of = {}) {
      const token = `request-token-${jobs.size + 1}`;
      jobs.set(token, { claims, of });
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
      };
    },
    sign,
    async rotate() {
      generation += 1;
      keys.push(await newKey(`key-${generation}`));
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}
