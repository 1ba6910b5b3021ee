/** How people prove to us who they are at GitHub, by our App. */
export interface GitHubSignIn {
  /** The App's public name, and where people sign in: `https://github.com`. */
  readonly clientId: string;
  readonly url: string;
  /** Where a browser is sent to be asked. `challenge` is the SHA-256 of the verifier that `byCode` is given (RFC 7636). */
  askAt(of: { state: string; challenge: string; redirectUri: string }): string;
  /** The login of whoever was asked. Their token is given back to GitHub at once. @throws SignInError */
  byCode(of: { code: string; verifier: string; redirectUri: string }): Promise<string>;
  /** The login that a token of our own App is for; the token is given back. @throws SignInError where it is none */
  byToken(token: string): Promise<string>;
}

/** GitHub does not say who that is. */
export class SignInError extends Error {
  readonly why: "refused" | "unreachable";
  constructor(why: "refused" | "unreachable", message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SignInError";
    this.why = why;
  }
}
