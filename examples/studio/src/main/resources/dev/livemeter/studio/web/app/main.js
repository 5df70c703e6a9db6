import { Api, Problem } from './api.js';
import { takeWhatCameBack } from './coming-back.js';
import '../components/sign-in.js';
import '../components/dashboard.js';

/** Shows the sign-in or the dashboard, whichever fits who is there. */
class Studio {
  #api = new Api(() => this.#showSignIn());
  #view = null;
  /** Kept while whoever comes back from a platform's page has to sign in first. */
  #cameBack = takeWhatCameBack();

  async start() {
    try {
      this.#showDashboard(await this.#api.get('studio/me'));
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) {
        this.#showSignIn(error.message);
      }
    }
  }

  #showSignIn(message = '') {
    if (this.#view?.localName === 'lm-sign-in') {
      return;
    }
    const view = document.createElement('lm-sign-in');
    view.api = this.#api;
    view.message = message;
    view.addEventListener('signed-in', event => this.#showDashboard(event.detail));
    this.#show(view, 'Sign in · Livemeter Studio');
  }

  #showDashboard(me) {
    const view = document.createElement('lm-dashboard');
    view.api = this.#api;
    view.me = me;
    view.addEventListener('signed-out', () => this.#showSignIn());
    this.#show(view, 'Livemeter Studio');
    if (this.#cameBack !== null) {
      view.cameBack(this.#cameBack);
      this.#cameBack = null;
    }
  }

  #show(view, title) {
    const replaces = this.#view !== null;
    this.#view?.remove();
    this.#view = view;
    document.title = title;
    document.body.append(view);
    if (replaces) {
      view.querySelector('h1')?.focus();
    }
  }
}

new Studio().start();
