using System.Diagnostics;
using System.Text.Json.Nodes;
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
        ProcessStartInfo start = new(Python(), ["-c", Program]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using Process python = Process.Start(start)!;
        Task<string> output = python.StandardOutput.ReadToEndAsync(), errors = python.StandardError.ReadToEndAsync();
        await python.StandardInput.WriteAsync(asked.ToJsonString());
        python.StandardInput.Close();
        await python.WaitForExitAsync().InTimeAsync();
        if (python.ExitCode != 0)
            throw new PartException($"Jinja2 did not run ({await errors}). './pantry test' installs it (python3-jinja2).");
        return [.. JsonNode.Parse(await output)!.AsArray().Select(done => new Rendered((string?)done!["text"], [.. done["warnings"]!.AsArray().Select(warning => (string)warning!)]))];
    }

    // Debian's own, for which its package is: another python3 on the path knows nothing of it.
    private static string Python() => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : Tool.Find("python3", "python3-jinja2");
}
