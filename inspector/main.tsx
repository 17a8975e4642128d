import { render } from 'preact';
import { Inspector } from './inspector.tsx';

render(<Inspector />, document.getElementById('app')!);
