using System.Text.Json.Nodes;
using CliWrap.Buffered;
using CliWrap;
using PantryChain.Rehearsal.Parts;

namespace PantryChain.Telemetry.Tests;

/// <summary>A template and the payload that it is given.</summary>
internal sealed record Rendering(string Template, string Payload);

/// <summary>What came out: the text, and what Home Assistant would log about it.</summary>
internal sealed record Rendered(string? Text, IReadOnlyList<string> Warnings);

/// <summary>Renders templates as Home Assistant does: Jinja2 itself, sandboxed, the payload as <c>value</c> and <c>value_json</c>, undefined names logged, the result stripped.</summary>
internal static class Jinja
{
    // homeassistant/helpers/template: TemplateEnvironment is an ImmutableSandboxedEnvironment whose undefined values are logged when they are rendered or tested.
    private const string Program = """
        import json, sys
        from jinja2 import Undefined
        from jinja2.sandbox import ImmutableSandboxedEnvironment
        warnings = []
        class Logged(Undefined):
            def note(self):
                warnings.append(self._undefined_message)
            def __str__(self):
                self.note()
                return super().__str__()
            def __bool__(self):
                self.note()
                return super().__bool__()
            def __iter__(self):
                self.note()
                return super().__iter__()
        env = ImmutableSandboxedEnvironment(undefined=Logged)
        out = []
        for job in json.load(sys.stdin):
            warnings.clear()
            names = {'value': job['payload']}
            try:
                names['value_json'] = json.loads(job['payload'])
            except ValueError:
                pass
            try:
                text = env.from_string(job['template']).render(names).strip()
            except Exception as error:
                text = None
                warnings.append(repr(error))
            out.append({'text': text, 'warnings': list(warnings)})
        json.dump(out, sys.stdout)
        """;

    public static async Task<IReadOnlyList<Rendered>> RenderAsync(IEnumerable<Rendering> jobs)
    {
        JsonArray asked = [.. jobs.Select(job => new JsonObject { ["template"] = job.Template, ["payload"] = job.Payload })];
        BufferedCommandResult python = await Cli.Wrap(Python()).WithArguments(["-c", Program]).WithStandardInputPipe(PipeSource.FromString(asked.ToJsonString()))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync().Task.InTimeAsync();
        if (!python.IsSuccess)
            throw new PartException($"Jinja2 did not run ({python.StandardError}). './pantry test' installs it (python3-jinja2).");
        return [.. JsonNode.Parse(python.StandardOutput)!.AsArray().Select(done => new Rendered((string?)done!["text"], [.. done["warnings"]!.AsArray().Select(warning => (string)warning!)]))];
    }

    // Debian's own, for which its package is: another python3 on the path knows nothing of it.
    private static string Python() => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : Tool.Find("python3", "python3-jinja2");
}
