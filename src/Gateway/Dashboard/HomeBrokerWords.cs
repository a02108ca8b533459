using PantryChain.Telemetry.Broker;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>What keeps the home broker inside the gateway from its work, and the next step, in Korean and English.</summary>
internal sealed class HomeBrokerWords(Language language)
{
    /// <summary>What is wrong.</summary>
    public string What(string fault) => fault switch
    {
        nameof(BrokerFault.PortInUse) => Say("다른 프로그램이 집 브로커의 포트를 쓰고 있어, 이 게이트웨이 말고는 아무도 연결하지 못합니다.",
            "Another program has the home broker's port, so nobody but the gateway reaches it."),
        nameof(BrokerFault.Address) => Say("집 브로커가 적어 둔 주소에서 연결을 받을 수 없습니다.", "The home broker cannot listen at its address."),
        nameof(BrokerFault.Certificate) => Say("집 브로커의 인증서를 쓸 수 없습니다.", "The home broker's certificate cannot be used."),
        nameof(BrokerFault.NoUser) => Say("비밀번호를 가진 사용자가 없어, 집 브로커가 이 기계 밖으로 열리지 않습니다.",
            "The home broker has no user with a password, so it does not leave this machine."),
        nameof(BrokerFault.Anonymous) => Say("비밀번호 없이 누구나 들어올 수 있어, 집 브로커가 이 기계 밖으로 열리지 않습니다.",
            "The home broker lets everybody in without a password, so it does not leave this machine."),
        nameof(BrokerFault.Users) => Say("집 브로커의 사용자 파일을 읽을 수 없습니다.", "The home broker's file of users cannot be read."),
        _ => Say("집 브로커의 파일을 쓸 수 없어, 멈추면 보관한 것을 잊습니다.", "The home broker's own file cannot be used: when it stops it forgets what it keeps."),
    };

    /// <summary>What to do about it.</summary>
    public string Next(string fault) => fault switch
    {
        nameof(BrokerFault.PortInUse) => Say(
            "그 프로그램(흔히 mosquitto)을 끄거나, gateway.json의 home.port를 바꾸거나, 그 브로커를 home.host로 적으세요. 포트가 비면 저절로 이어집니다.",
            "Stop that program (often mosquitto), choose another home.port, or name that broker as home.host in gateway.json. Once the port is free this goes by itself."),
        nameof(BrokerFault.Address) => Say("gateway.json의 home.address와 home.port를 고치세요.", "Correct home.address and home.port in gateway.json."),
        nameof(BrokerFault.Certificate) => Say("gateway.json의 home.certificateFile과 home.keyFile을 확인하세요.",
            "Check home.certificateFile and home.keyFile in gateway.json."),
        nameof(BrokerFault.NoUser) => Say("'./pantry gateway home-user add NAME'으로 사용자를 만드세요.", "Make a user with './pantry gateway home-user add NAME'."),
        nameof(BrokerFault.Anonymous) => Say("gateway.json에서 home.anonymous를 지우거나 home.address를 127.0.0.1로 하세요.",
            "Take home.anonymous out of gateway.json, or set home.address to 127.0.0.1."),
        nameof(BrokerFault.Users) => Say("'./pantry gateway doctor'가 까닭을 알려 줍니다. 고치거나 'home-user add'로 새로 만드세요.",
            "'./pantry gateway doctor' says why; correct it, or write it anew with 'home-user add'."),
        _ => Say("'./pantry gateway doctor'가 까닭을 알려 줍니다. 나머지는 계속합니다.", "'./pantry gateway doctor' says why. Everything else goes on."),
    };

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
