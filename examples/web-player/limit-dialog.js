/** @typedef {import('../node-client/drisc-api.js').ActiveSession} ActiveSession */

const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** The dialog closes with this when the session goes on, and with anything else when the user gives up. */
const DONE = 'done';

/**
 * Shows which devices hold the customer's places, and lets the user take one over where that is offered.
 * @param {{ takeOver: (sessionId: string) => void, tryAgain: () => void, cancel: () => void }} options
 */
export const createLimitDialog = ({ takeOver, tryAgain, cancel }) => {
  const dialog = /** @type {HTMLDialogElement} */ (find('limit'));
  const list = find('sessions');
  const error = find('limit-error');
  const template = /** @type {HTMLTemplateElement} */ (find('session'));
  find('again').addEventListener('click', tryAgain);
  find('cancel').addEventListener('click', () => dialog.close());
  // Escape and a remote control's back key close the dialog as well.
  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== DONE) cancel();
  });

  const setBusy = (/** @type {boolean} */ busy) => {
    for (const button of list.querySelectorAll('button')) button.disabled = busy;
  };

  /** Names come from other devices: they are text, whatever is in them (5.57). */
  const renderSession = (
    /** @type {boolean} */ takeover,
    /** @type {ActiveSession} */ { sessionId, name },
  ) => {
    const item = /** @type {HTMLElement} */ (template.content.cloneNode(true)).firstElementChild;
    const row = /** @type {HTMLElement} */ (item);
    const button = /** @type {HTMLButtonElement} */ (row.querySelector('button'));
    row.dataset.sessionId = sessionId;
    /** @type {HTMLElement} */ (row.querySelector('.name')).textContent = name;
    /** @type {HTMLElement} */ (button.querySelector('bdi')).textContent = name || 'it';
    button.hidden = !takeover;
    button.addEventListener('click', () => {
      error.hidden = true;
      setBusy(true);
      takeOver(sessionId);
    });
    return row;
  };

  return {
    get isOpen() {
      return dialog.open;
    },
    open(/** @type {boolean} */ takeover, /** @type {ActiveSession[]} */ sessions) {
      list.replaceChildren(...sessions.map((session) => renderSession(takeover, session)));
      find('limit-advice').textContent = adviceFor(takeover, sessions.length);
      error.hidden = true;
      dialog.returnValue = '';
      if (!dialog.open) dialog.showModal();
    },
    tell(/** @type {string} */ message) {
      error.textContent = message;
      error.hidden = false;
      setBusy(false);
    },
    close() {
      if (dialog.open) dialog.close(DONE);
    },
  };
};

const adviceFor = (/** @type {boolean} */ takeover, /** @type {number} */ count) => {
  if (count === 0) return 'There is no place free. Try again later.';
  return takeover ? 'Choose the one to stop.' : 'Stop one of them there, and press play again.';
};
