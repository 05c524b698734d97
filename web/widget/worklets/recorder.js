// Runs on the browser's audio thread: hands on what the microphone gives, mixed down to one channel, some 20 times a second.
/* global AudioWorkletProcessor, registerProcessor, sampleRate */

const blocksPerSecond = 20

class Recorder extends AudioWorkletProcessor {
  #block = new Float32Array(Math.ceil(sampleRate / blocksPerSecond))
  #filled = 0

  process ([channels]) {
    const [first = new Float32Array()] = channels
    for (let i = 0; i < first.length; i++) {
      let sum = 0
      for (const channel of channels) sum += channel[i]
      this.#block[this.#filled++] = sum / channels.length
      if (this.#filled === this.#block.length) {
        this.port.postMessage(this.#block)
        this.#filled = 0
      }
    }
    return true
  }
}

registerProcessor('dehug-recorder', Recorder)
