/** Somebody who signs in to the console without a browser: keeps cookies as one does, and goes where it is sent. */
import { parseSetCookie } from 'cookie';
import { Agent, fetch } from 'undici';

/** Keeps no connection: the provider may have been started again in between. */
const dispatcher = new Agent({ pipelining: 0 });

export interface Seen {
  readonly status: number;
  /** Where it leads, or was asked. */
  readonly url: string;
  readonly text: string;
  /** `Set-Cookie` headers. */
  readonly cookies: readonly string[];
}

export class Visitor {
  /** Of all ports of the host alike, as in browsers. */
  readonly cookies = new Map<string, string>();

  /** @param url of the API */
  constructor(readonly url: string) {}

  async ask(
    url: string,
    { method = 'GET', form }: { method?: string; form?: Record<string, string> } = {},
  ): Promise<Seen> {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      dispatcher,
      headers: { cookie: this.cookieHeader(), 'sec-fetch-site': 'same-origin' },
      ...(form && { body: new URLSearchParams(form) }),
    });
    const cookies = response.headers.getSetCookie();
    for (const { name, value = '', maxAge } of cookies.map((cookie) => parseSetCookie(cookie)))
      if (maxAge === 0) this.cookies.delete(name);
      else this.cookies.set(name, value);
    const location = response.headers.get('location');
    return { status: response.status, url: location ?? url, text: await response.text(), cookies };
  }

  /** @returns the first page that is no redirection, or the address at which `isEnd` says so */
  async follow(url: string, isEnd = (_next: string) => false): Promise<Seen> {
    let seen = await this.ask(url);
    let at = url;
    for (let hops = 0; hops < 10 && (seen.status === 302 || seen.status === 303); hops++) {
      at = new URL(seen.url, at).href;
      if (isEnd(at)) return { ...seen, url: at };
      seen = await this.ask(at);
    }
    return { ...seen, url: at };
  }

  /**
   * @returns the address at which the provider sends somebody back to the API
   * @throws {Error} with the provider's page when it does not let them in
   */
  async callback(email: string, password: string, to = '/badge-requests'): Promise<string> {
    const login = await this.follow(`${this.url}/auth/sign-in?to=${encodeURIComponent(to)}`);
    const answered = await this.ask(login.url, { method: 'POST', form: { email, password } });
    if (answered.status === 401) throw new Error(answered.text);
    const isBack = (next: string) => next.startsWith(`${this.url}/`);
    const back = await this.follow(new URL(answered.url, login.url).href, isBack);
    return back.url;
  }

  async signIn(email: string, password: string, to?: string): Promise<Seen> {
    return this.ask(await this.callback(email, password, to));
  }

  /** @returns the name that the API knows them by, or the status of its answer */
  async whoAmI(): Promise<string | number> {
    const { status, text } = await this.ask(`${this.url}/v1/me`);
    return status === 200 ? (JSON.parse(text) as { name: string }).name : status;
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
