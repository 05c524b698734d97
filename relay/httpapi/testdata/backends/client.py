"""Asks a relay by the official client of the OpenAI API: client.py BASE KEY CHAT_MODEL EMBEDDING_MODEL."""

import math
import sys

import openai

base, key, chat, embedding = sys.argv[1:]
c = openai.OpenAI(base_url=base, api_key=key, max_retries=0)
assert {m.id for m in c.models.list()} == {chat, embedding}
how = {"model": chat, "messages": [{"role": "user", "content": "What is the capital of France?"}], "temperature": 0, "seed": 1, "max_tokens": 12}
whole = c.chat.completions.create(**how)
assert whole.choices[0].finish_reason in ("stop", "length"), whole
assert whole.usage.completion_tokens > 1, whole
parts, usage = [], None
for chunk in c.chat.completions.create(**how, stream=True, stream_options={"include_usage": True}):
    usage = chunk.usage or usage
    parts += [choice.delta.content or "" for choice in chunk.choices]
assert "".join(parts) == whole.choices[0].message.content, (parts, whole)
assert len(parts) > 3 and usage.completion_tokens == whole.usage.completion_tokens, (parts, usage)
texts = ["a cat sat on the mat", "a kitten is on the rug", "quarterly revenue grew by 7 %"]
numbers = c.embeddings.create(model=embedding, input=texts, encoding_format="float").data
default = c.embeddings.create(model=embedding, input=texts).data  # in base64
assert [e.index for e in numbers] == [0, 1, 2] and all(abs(x - y) < 1e-6 for a, b in zip(numbers, default) for x, y in zip(a.embedding, b.embedding))


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


a, b, d = (e.embedding for e in numbers)
assert cosine(a, b) > cosine(a, d), (cosine(a, b), cosine(a, d))
for wrong in ({"model": "gpt-4", "messages": how["messages"]}, {"model": chat, "messages": []}):
    try:
        c.chat.completions.create(**wrong)
        raise AssertionError(wrong)
    except openai.BadRequestError as e:
        assert e.code == "invalid" and e.type == "invalid_request_error", e
try:
    openai.OpenAI(base_url=base, api_key="dhk_wrong", max_retries=0).chat.completions.create(**how)
    raise AssertionError("a wrong key")
except openai.AuthenticationError:
    pass
print(repr(whole.choices[0].message.content), len(parts), "parts")
