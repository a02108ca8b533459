namespace PantryChain.Rehearsal.Parts;

/// <summary>One of this solution's own programs as a process: ready when a page of it answers.</summary>
public sealed class HostPart : Part
{
    private const int BadInput = 2; // what every program here ends with when its configuration cannot be used: trying again would not help

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(3) };
    private readonly string _program;
    private readonly IReadOnlyList<string> _arguments;
    private readonly Uri _probe;

    /// <summary>A host.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="project">The project that built it, such as <c>Gateway</c>.</param>
    /// <param name="arguments">Its verb and options.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="port">Its port.</param>
    /// <param name="probe">Path that answers with success once it is ready.</param>
    public HostPart(string name, string project, IReadOnlyList<string> arguments, string folder, int port, string probe) : base(name, folder, port)
    {
        (_program, _arguments) = (ProgramOf(project), arguments);
        _probe = new Uri($"http://127.0.0.1:{Port}{probe}");
    }

    /// <summary>The program that a project of this solution built, in the same configuration as this one.</summary>
    /// <exception cref="PartException">It was not built.</exception>
    public static string ProgramOf(string project)
    {
        // artifacts/bin/PROJECT/CONFIGURATION/ (UseArtifactsOutput)
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../..", project, configuration, $"PantryChain.{project}.dll"));
        return File.Exists(path) ? path : throw new PartException($"{path} was not built. Run './pantry up', which builds it, or 'dotnet build src/{project}'.");
    }

    /// <summary>Runs one of the host's verbs to its end.</summary>
    /// <param name="project">The project, such as <c>Gateway</c>.</param>
    /// <param name="arguments">The verb and its options.</param>
    /// <param name="log">File that its output is appended to.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="PartException">It ended with another code than 0; the text ends with its last line.</exception>
    public static async Task RunToEndAsync(string project, IEnumerable<string> arguments, string log, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        using ChildProcess process = await ChildProcess.StartAsync(Tool.Dotnet, [ProgramOf(project), .. arguments], log);
        await process.WaitAsync(cancellation);
        if (process.ExitCode != 0)
            throw new PartException($"{project} could not '{string.Join(' ', arguments.Take(1))}': {LastLineOf(log)}");
    }

    /// <inheritdoc />
    protected override bool IsFinal(int exitCode) => exitCode == BadInput;

    /// <inheritdoc />
    protected override Task<ChildProcess> LaunchAsync(CancellationToken cancellation) =>
        ChildProcess.StartAsync(Tool.Dotnet, [_program, .. _arguments], LogFile);

    /// <inheritdoc />
    protected override async Task<bool> ProbeAsync(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await _http.GetAsync(_probe, cancellation);
        return response.IsSuccessStatusCode;
    }
}
