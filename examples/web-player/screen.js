/** @typedef {import('./phase.js').Phase} Phase */

const find = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {Partial<Record<Phase, string>>} */
const WAITING_FOR = {
  asking: 'Asking for a place…',
  connecting: 'Connecting…',
  shaky: 'The connection is lost. Trying again…',
  lost: 'The connection is lost. Trying again…',
};

/**
 * The picture and what is around it.
 * @param {{ title: string, play: () => void, stop: () => void }} options
 */
export const createScreen = ({ title, play, stop }) => {
  const player = find('player');
  const message = find('message');
  const video = /** @type {HTMLVideoElement} */ (find('video'));
  find('title').textContent = title;
  find('play').addEventListener('click', () => {
    message.hidden = true;
    play();
  });
  find('stop').addEventListener('click', stop);
  video.addEventListener('ended', stop);

  const tell = (/** @type {(Node | string)[]} */ ...parts) => {
    message.replaceChildren(...parts);
    message.hidden = false;
    message.classList.remove('taken-over');
  };
  return {
    tell,
    /** Another device's name is its owner's choice: it is shown as text, and kept from turning the sentence round. */
    tellTakenOver(/** @type {string} */ name) {
      const by = document.createElement('bdi');
      by.textContent = name;
      tell('You were stopped: ', by, name === '' ? 'another device plays now.' : ' plays now.');
      message.classList.add('taken-over');
    },
    setPlaying(/** @type {boolean} */ playing) {
      if (playing) video.play().catch(() => tell('The browser wants a press on play first.'));
      else video.pause();
    },
    show(/** @type {Phase} */ phase) {
      player.dataset.phase = phase;
      find('waiting-for').textContent = WAITING_FOR[phase] ?? '';
      if (phase === 'playing') message.hidden = true;
    },
  };
};
